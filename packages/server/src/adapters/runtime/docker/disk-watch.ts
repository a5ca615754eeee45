import { type EngineClient, EngineError } from '@davit/agent/engine';
import { z } from 'zod';
import type { Logger } from '../../../kernel/logger.ts';
import { label } from './instance-labels.ts';

/** Of `GET /containers/json?size=true`, what tells how much a container has written. */
const sizedContainers = z.array(
  z.object({
    Id: z.string(),
    /** Absent where nothing was written yet. */
    SizeRw: z.number().optional(),
    Mounts: z.array(z.object({ Type: z.string() })).nullish(),
  }),
);

const mounted = z.object({ Mounts: z.array(z.object({ Type: z.string(), Source: z.string() })) });

/** What containers write is limited by looking at it. */
export interface DiskLimit {
  /** Of one container, in its layer and in what its image declares as volumes. */
  bytes: number;
  /** Bytes that folders of this machine take, by path; those that cannot be read are left out. */
  measure: (folders: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, number>>;
}

export interface DiskWatchOptions {
  engine: EngineClient;
  installation: () => Promise<string>;
  limit: DiskLimit;
  /** It has written more than it may. */
  end: (containerId: string, writtenBytes: number, signal: AbortSignal) => Promise<void>;
  logger: Logger;
}

/** Where the engine keeps the volumes of a container: a list does not tell. */
async function volumesOf(engine: EngineClient, containerId: string, signal: AbortSignal): Promise<string[]> {
  try {
    const { Mounts: mounts } = mounted.parse(await engine.call(`/containers/${containerId}/json`, { signal }));
    return mounts.filter(({ Type: type }) => type === 'volume').map(({ Source: source }) => source);
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return [];
    throw error;
  }
}

/**
 * Looks at what davit's own containers have written, and ends those that have written too much. The engine has a limit of its
 * own (`--storage-opt size`) on xfs with project quotas alone.
 */
export async function endOverfull(options: DiskWatchOptions, signal: AbortSignal): Promise<void> {
  const { engine, installation, limit, end, logger } = options;
  const filters = JSON.stringify({
    label: [`${label.installation}=${await installation()}`],
    status: ['running', 'restarting', 'paused'],
  });
  // The engine walks through the layers of those that the filters let pass.
  const answer = await engine.call('/containers/json', { query: { size: 'true', filters }, signal });
  const found = sizedContainers.parse(answer);
  // Nobody mounts volumes into them: what is there is of the image's own `VOLUME`, and is gone with the container.
  const volumes = new Map<string, string[]>();
  for (const { Id: id, Mounts: mounts } of found) {
    if (mounts?.some(({ Type: type }) => type === 'volume')) volumes.set(id, await volumesOf(engine, id, signal));
  }
  const folders = [...volumes.values()].flat();
  const sizes = folders.length === 0 ? new Map<string, number>() : await limit.measure(folders, signal);
  for (const container of found) {
    const outside = (volumes.get(container.Id) ?? []).reduce((sum, folder) => sum + (sizes.get(folder) ?? 0), 0);
    const written = (container.SizeRw ?? 0) + outside;
    if (written <= limit.bytes) continue;
    await end(container.Id, written, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      logger.error({ err: error, containerId: container.Id }, 'a container that has written too much was not ended');
    });
  }
}
