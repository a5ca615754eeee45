import { type FSWatcher, watch } from 'node:fs';
import { open } from 'node:fs/promises';

const CHUNK_BYTES = 64 * 1024;

/** For hosts that have run out of file watches. */
const LOOK_AGAIN_MS = 1000;

/** Turns "the file has changed" and "the writer is done" into something that can be waited for without missing any. */
function createChangeSignal(path: string, finished: Promise<unknown>, signal: AbortSignal) {
  let changed = false;
  let wake: () => void = () => undefined;
  const notice = (): void => {
    changed = true;
    wake();
  };
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(path, notice);
    watcher.on('error', () => watcher?.close());
  } catch {
    watcher = undefined;
  }
  const timer = watcher ? undefined : setInterval(notice, LOOK_AGAIN_MS);
  void finished.then(notice, notice);
  signal.addEventListener('abort', notice);
  return {
    async next(): Promise<void> {
      if (!changed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      changed = false;
    },
    close(): void {
      watcher?.close();
      clearInterval(timer);
      signal.removeEventListener('abort', notice);
    },
  };
}

export interface FollowOptions {
  path: string;
  /** In bytes. */
  offset: number;
  /** Whether nobody writes to the file any more. */
  isFinished(): boolean;
  /** Resolves when that becomes so. */
  finished: Promise<unknown>;
  signal: AbortSignal;
}

/** Bytes of a growing file from an offset on, as they come; ends when its writer is done and all was read. */
export async function* followFile(options: FollowOptions): AsyncIterable<Buffer> {
  const handle = await open(options.path, 'r');
  const change = createChangeSignal(options.path, options.finished, options.signal);
  try {
    const scratch = Buffer.allocUnsafe(CHUNK_BYTES);
    let position = options.offset;
    while (!options.signal.aborted) {
      // Asked before reading: what is written until then is still read.
      const last = options.isFinished();
      const { bytesRead } = await handle.read(scratch, 0, CHUNK_BYTES, position);
      if (bytesRead > 0) {
        position += bytesRead;
        yield Buffer.from(scratch.subarray(0, bytesRead));
      } else if (last) return;
      else await change.next();
    }
  } finally {
    change.close();
    await handle.close();
  }
}
