import { access, constants } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { EngineClient } from '../engine/engine.ts';
import { createFrameReader } from '../engine/log-frames.ts';
import { followLogFiles, type LogPart } from './follow-log-files.ts';
import { type LogPlace, resumeFrom } from './log-place.ts';

/** While the engine exchanges the newest file, there is none for a moment. */
const EXCHANGE_MS = 50;

const details = z.object({
  LogPath: z.string(),
  HostConfig: z.object({ LogConfig: z.object({ Type: z.string() }) }),
});

export interface ReadContainerLogOptions {
  engine: EngineClient;
  containerId: string;
  place: LogPlace;
  /** Whether to wait for more: until `signal` is aborted, or the engine says that the container has ended. */
  follow: boolean;
  signal: AbortSignal;
}

const isReadable = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  );

/** The file that the engine writes to; undefined where it is not on this machine, or not for this user to read. */
async function findLogFile({ engine, containerId, signal }: ReadContainerLogOptions): Promise<string | undefined> {
  const { LogPath: path, HostConfig: host } = details.parse(
    await engine.call(`/containers/${containerId}/json`, { signal }),
  );
  // An engine in a machine of its own may name a path that means something else here.
  if (host.LogConfig.Type !== 'json-file' || !path.endsWith(`/${containerId}-json.log`)) return undefined;
  if (await isReadable(path)) return path;
  await sleep(EXCHANGE_MS, undefined, { signal });
  return (await isReadable(path)) ? path : undefined;
}

async function* followEngine({ engine, containerId, place, follow, signal }: ReadContainerLogOptions) {
  const from = resumeFrom(place);
  const query = {
    stdout: 'true',
    stderr: 'true',
    timestamps: 'true',
    follow: String(follow),
    ...(from === undefined ? {} : { since: from.since }),
  };
  const read = createFrameReader();
  for await (const chunk of await engine.stream(`/containers/${containerId}/logs`, { query, signal }))
    yield { frames: read(chunk), isAfterGap: false, isResumed: false, mark: undefined };
}

/** What a container has printed, from a place on or from a little before it: from the engine's files, else from its answer. */
export async function* readContainerLog(options: ReadContainerLogOptions): AsyncGenerator<LogPart> {
  const path = await findLogFile(options);
  if (path === undefined) yield* followEngine(options);
  else yield* followLogFiles({ ...options, path, from: options.place.mark });
}
