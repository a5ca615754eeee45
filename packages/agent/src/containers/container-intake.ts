import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceLog } from '../instances/instance-log.ts';
import { readStateFile, writeStateFile } from '../state/state-file.ts';
import type { LogPart } from './follow-log-files.ts';
import { FrameSieve, type LogPlace, logPlace, resumeFrom, startOfLog } from './log-place.ts';

/** The place is written down this often; what came since is read again after a crash, and left out by its length. */
const PLACE_BYTES = 8 * 1024 * 1024;
const PLACE_MS = 1000;
const STREAMS = ['stdout', 'stderr'] as const;
type Stream = (typeof STREAMS)[number];

/** Where the raw output of a container is kept on its way to the log. */
export const rawPaths = (folder: string): Record<Stream, string> => ({
  stdout: join(folder, 'stdout'),
  stderr: join(folder, 'stderr'),
});

const placeFile = (folder: string) => join(folder, 'place.json');

/** How far the output of a container has come; its start when nothing is known. */
export async function readPlace(folder: string): Promise<LogPlace> {
  const known = logPlace.safeParse(await readStateFile(placeFile(folder)));
  return known.success ? known.data : startOfLog();
}

/** Takes parts of a container's log into the raw files, each line once. */
export interface ContainerIntake {
  /** When this fails, the place is not known any more and must be read again. */
  take(part: LogPart): Promise<void>;
  /** Writes the place down. */
  save(): Promise<void>;
  close(): Promise<void>;
}

/** Goes on at `place`, which moves on with what is taken. */
export async function openIntake(folder: string, place: LogPlace, log: InstanceLog): Promise<ContainerIntake> {
  const paths = rawPaths(folder);
  const from = resumeFrom(place);
  const files = { stdout: await open(paths.stdout, 'a', 0o600), stderr: await open(paths.stderr, 'a', 0o600) };
  const sieves = { stdout: new FrameSieve(place.stdout, from?.at), stderr: new FrameSieve(place.stderr, from?.at) };
  // What a crash left in the file after the last place that was written down.
  const ahead = {
    stdout: (await stat(paths.stdout)).size - place.stdout.bytes,
    stderr: (await stat(paths.stderr)).size - place.stderr.bytes,
  };
  const fresh: Record<Stream, Buffer[]> = { stdout: [], stderr: [] };
  let unsaved = 0;
  let savedAt = Date.now();

  async function flush(): Promise<void> {
    for (const stream of STREAMS)
      if (fresh[stream].length > 0) await files[stream].appendFile(Buffer.concat(fresh[stream].splice(0)));
  }

  async function save(): Promise<void> {
    if (unsaved === 0) return;
    await Promise.all(STREAMS.map((stream) => files[stream].datasync()));
    await writeStateFile(placeFile(folder), place);
    unsaved = 0;
    savedAt = Date.now();
  }

  async function sayGap(streams: readonly Stream[]): Promise<void> {
    await flush();
    for (const stream of streams) {
      // What the file is ahead by is among what is missing.
      ahead[stream] = 0;
      place[stream].bytes = (await stat(paths[stream])).size;
    }
    await log.drain();
    await log.say('Some lines are missing here: the Docker engine had removed them before they were read.');
  }

  return {
    async take({ frames, isAfterGap, isResumed, mark }) {
      if (isAfterGap) await sayGap(STREAMS);
      for (const { stream, at, content } of frames) {
        const verdict = isResumed ? 'new' : sieves[stream].judge(at);
        if (verdict === 'known') continue;
        if (verdict === 'new-after-gap') await sayGap([stream]);
        const { at: last, count, bytes } = place[stream];
        place[stream] = { at, count: last === at ? count + 1 : 1, bytes: bytes + content.length };
        unsaved += content.length;
        const known = Math.min(ahead[stream], content.length);
        ahead[stream] -= known;
        if (known < content.length) fresh[stream].push(content.subarray(known));
      }
      await flush();
      if (mark === undefined) delete place.mark;
      else place.mark = mark;
      if (unsaved >= PLACE_BYTES || Date.now() - savedAt >= PLACE_MS) await save();
    },
    save,
    async close() {
      await Promise.all(STREAMS.map((stream) => files[stream].close()));
    },
  };
}
