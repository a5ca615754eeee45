import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const lookAgainMs = 500;

/** For sentences. */
export const megabytes = (bytes: number) => `${Math.floor(bytes / (1024 * 1024))} MB`;

/** Bytes that are free for whoever is not root, on the fullest of the disks of these folders. */
export async function measureFreeDisk(folders: readonly string[]): Promise<number> {
  const disks = await Promise.all(folders.map((folder) => statfs(folder)));
  return Math.min(...disks.map(({ bavail, bsize }) => bavail * bsize));
}

export interface Disk {
  /** What is free now for whoever is not root. */
  freeBytes: number;
  /** What would be, were the disk empty. */
  mostBytes: number;
}

/** The disk that a folder is on, or will be on once it is made. */
export async function measureDisk(folder: string): Promise<Disk> {
  try {
    const { bavail, bfree, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, mostBytes: (blocks - bfree + bavail) * bsize };
  } catch (thrown) {
    const above = dirname(folder);
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw thrown;
    return await measureDisk(above);
  }
}

/** What whoever waits is told. */
export const waitingForDisk = (free: number, wanted: number) =>
  `Waiting for disk space: ${megabytes(free)} are free, ${megabytes(wanted)} are wanted.`;

export interface DiskRoom {
  /** What is free now. */
  readonly look: (signal: AbortSignal) => Promise<number>;
  /** What is wanted before anything begins. What goes on is ended when less than half of it is left. */
  wantedBytes: number;
}

/** Resolves once there is room, and says once that it waits. */
export async function waitForDisk(
  { look, wantedBytes }: DiskRoom,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let hasSaid = false; ; hasSaid = true) {
    signal.throwIfAborted();
    const free = await look(signal);
    if (free >= wantedBytes) return;
    if (!hasSaid) say(waitingForDisk(free, wantedBytes));
    await sleep(lookAgainMs, undefined, { signal });
  }
}

/**
 * Does `work` for as long as half of the room is left.
 * @throws what `full` makes of the bytes that are left, once `work` has ended for it
 */
export async function whileDiskLasts<T>(
  { look, wantedBytes }: DiskRoom,
  full: (left: number) => Error,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const over = new AbortController();
  const ended = new AbortController();
  async function watch(within: AbortSignal): Promise<void> {
    while (!within.aborted) {
      const free = await look(within);
      if (free < wantedBytes / 2) return ended.abort(full(free));
      await sleep(lookAgainMs, undefined, { signal: within });
    }
  }
  // A disk that cannot be looked at ends nothing: the next work is not begun.
  const watching = watch(AbortSignal.any([signal, over.signal])).catch(() => undefined);
  try {
    return await work(AbortSignal.any([signal, ended.signal]));
  } catch (error) {
    throw signal.aborted || !ended.signal.aborted ? error : ended.signal.reason;
  } finally {
    over.abort();
    await watching;
  }
}
