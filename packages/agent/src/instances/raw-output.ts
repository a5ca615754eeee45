import { execFile } from 'node:child_process';
import { stat, truncate } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Space is given back in steps of this. */
const STEP_BYTES = 16 * 1024 * 1024;
/** What stays readable behind the collector, for the tail of an error message. */
const KEPT_BYTES = 256 * 1024;
const BLOCK_BYTES = 4096;

/** Keeps the file that an instance writes to from growing for ever, without moving any offset in it. */
export interface RawOutput {
  /** Everything before `offset` has been stored elsewhere. */
  consumed(offset: number): void;
  /** Resolves when no work on the file is under way. */
  idle(): Promise<void>;
}

export interface RawOutputOptions {
  path: string;
  /** Bytes were lost because this file system cannot free a part of a file. */
  onDropped: (bytes: number) => void;
  /** For tests; the size of a step in bytes. */
  stepBytes?: number;
}

/** Frees a part of a file; its size and every offset stay (fallocate(2), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE). */
async function punchHole(path: string, offset: number, length: number): Promise<void> {
  const args = ['--punch-hole', '--offset', String(offset), '--length', String(length), path];
  await run('fallocate', args, { env: { PATH: '/usr/bin:/bin' } });
}

/**
 * Empties the file and makes it as long as before, of nothing: a writer with O_APPEND goes on at the same offset.
 * @returns how many bytes nobody has read were lost
 */
async function emptyKeepingSize(path: string, consumed: number): Promise<number> {
  const { size } = await stat(path);
  await truncate(path, 0);
  const { size: since } = await stat(path);
  await truncate(path, size);
  return Math.max(0, size - consumed) + since;
}

export function createRawOutput({ path, onDropped, stepBytes = STEP_BYTES }: RawOutputOptions): RawOutput {
  let freed = 0;
  let latest = 0;
  let canPunch = true;
  let work: Promise<void> | undefined;

  async function free(consumed: number): Promise<void> {
    const end = Math.floor((consumed - KEPT_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
    if (canPunch) {
      try {
        await punchHole(path, freed, end - freed);
        freed = end;
        return;
      } catch {
        canPunch = false;
      }
    }
    const dropped = await emptyKeepingSize(path, consumed);
    freed = end;
    if (dropped > 0) onDropped(dropped);
  }

  /** Goes on until it has caught up: the collector may report much while one hole is being made. */
  async function catchUp(): Promise<void> {
    while (latest - KEPT_BYTES - freed >= stepBytes) await free(latest);
  }

  return {
    consumed(offset) {
      latest = offset;
      work ??= catchUp()
        // The file is gone when its instance was removed meanwhile.
        .catch(() => undefined)
        .finally(() => {
          work = undefined;
        });
    },
    idle: () => work ?? Promise.resolve(),
  };
}
