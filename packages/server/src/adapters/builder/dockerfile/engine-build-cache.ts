import type { EngineClient } from '@davit/agent/engine';
import { z } from 'zod';

/** https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemDataUsage */
const usage = z.object({ BuildCache: z.array(z.object({ Size: z.number(), Shared: z.boolean() })).nullish() });

const gib = 1024 ** 3;
/** Less is worth nobody's time, on however small a disk. */
const leastBytes = 10 * gib;
/** A collector that is left at its defaults keeps a tenth of the disk, and runs only now and then. */
const largestShare = 0.15;

/** Bytes that the engine keeps of builds, without what images have too. @throws EngineError */
export async function measureBuildCache(engine: EngineClient, signal: AbortSignal): Promise<number> {
  const { BuildCache: records } = usage.parse(await engine.call('/system/df', { signal }));
  return (records ?? []).filter(({ Shared }) => !Shared).reduce((total, { Size }) => total + Size, 0);
}

/**
 * Whether the engine collects its build cache. It does not say so: what tells is that there is more than a collector would
 * have left.
 *
 * @param diskBytes of the whole disk that it is on; undefined where that is not known
 * @throws Error with what was seen when nothing seems to collect it
 */
export function describeBuildCache(cacheBytes: number, diskBytes: number | undefined): string {
  const size = `${(cacheBytes / gib).toFixed(1)} GiB`;
  const share = diskBytes === undefined ? '' : `, ${Math.round((100 * cacheBytes) / diskBytes)} % of the disk`;
  const most = Math.max(leastBytes, (diskBytes ?? 0) * largestShare);
  if (cacheBytes > most) {
    throw new Error(
      `It has grown to ${size}${share}: the engine seems to collect none of it, and davit does not either.`,
    );
  }
  return `${size}${share}.`;
}
