import { statfsSync } from 'node:fs';

/** Tells when the disk had no room. Who writes into a file of his own is told so by the system, and davit is not. */
export interface DiskWatch {
  /** Whether there was no room at any moment since then that anybody looked, now among them. */
  wasFullSince(time: number): boolean;
  /** Tells of each time that has ended; returns what ends the telling. */
  onRoom(tell: (from: Date, until: Date) => void): () => void;
  close(): void;
}

export interface DiskWatchOptions {
  folder: string;
  /** Bytes that an unprivileged user may still write; for tests. */
  measure?: (folder: string) => number;
  now?: () => number;
}

/** Less than this is as good as nothing: a file grows by blocks, and what keeps the files needs some too. */
const LEAST_BYTES = 64 * 1024;
/** There is room again from here on: enough to say so before it is full once more. */
const ROOM_BYTES = 1024 * 1024;
/** What is full for a shorter time may go unseen. A look takes microseconds. */
const LOOK_EVERY_MS = 250;

function freeBytes(folder: string): number {
  // Synchronous: the kernel has it at hand, and at the end of a command it must be known before anybody hears of that end.
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Looks now and then, and whenever somebody asks. */
export function watchDisk({ folder, measure = freeBytes, now = Date.now }: DiskWatchOptions): DiskWatch {
  const listeners = new Set<(from: Date, until: Date) => void>();
  let fullSince: number | undefined;
  let lastFull = Number.NEGATIVE_INFINITY;

  function look(): void {
    const at = now();
    if (measure(folder) < (fullSince === undefined ? LEAST_BYTES : ROOM_BYTES)) {
      fullSince ??= at;
      lastFull = at;
    } else if (fullSince !== undefined) {
      const from = new Date(fullSince);
      fullSince = undefined;
      for (const tell of listeners) tell(from, new Date(at));
    }
  }

  function lookOrWait(): void {
    try {
      look();
    } catch {
      // A folder that cannot be asked about for a moment.
    }
  }

  lookOrWait();
  const timer = setInterval(lookOrWait, LOOK_EVERY_MS);
  timer.unref();
  return {
    wasFullSince(time) {
      lookOrWait();
      return lastFull >= time;
    },
    onRoom(tell) {
      listeners.add(tell);
      return () => void listeners.delete(tell);
    },
    close: () => clearInterval(timer),
  };
}
