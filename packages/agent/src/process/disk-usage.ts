import { readFileSync } from 'node:fs';

/** Bytes that processes made disks read and write; what came from or only went to a cache does not count. */
export interface DiskUsage {
  readBytes: number;
  writtenBytes: number;
}

function counterOf(text: string, name: string): number {
  const match = new RegExp(`^${name}: (\\d+)$`, 'm').exec(text);
  return match ? Number(match[1]) : 0;
}

/**
 * Adds up proc(5)'s `io` of these processes, in which each has its children that ended. Pages count as written when they are
 * made dirty. This and not blkio on cgroup v1: there writes that go through the page cache, which is nearly all, are nobody's
 * (seen: 40 MiB written by `dd`, 0 in blkio.throttle.io_service_bytes, 40 MiB here).
 * @returns null when none may be looked at
 */
export function readDiskUsage(pids: readonly number[]): DiskUsage | null {
  let sum: DiskUsage | null = null;
  for (const pid of pids) {
    let text: string;
    try {
      text = readFileSync(`/proc/${pid}/io`, 'latin1');
    } catch {
      continue;
    }
    sum ??= { readBytes: 0, writtenBytes: 0 };
    sum.readBytes += counterOf(text, 'read_bytes');
    sum.writtenBytes += counterOf(text, 'write_bytes');
  }
  return sum;
}

/** The larger of both, each: the counters of a process that nobody waited for are lost with it, and a sum must not go down. */
export function highestOf(before: DiskUsage | null, now: DiskUsage | null): DiskUsage | null {
  if (before === null || now === null) return now ?? before;
  return {
    readBytes: Math.max(before.readBytes, now.readBytes),
    writtenBytes: Math.max(before.writtenBytes, now.writtenBytes),
  };
}
