import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A small disk of its own in memory, which only root may make. */
export interface MemoryDisk {
  folder: string;
  [Symbol.asyncDispose](): Promise<void>;
}

const run = promisify(execFile);

/** Mounts a disk of `megabytes`; undefined where this user, or this container, may not. */
export async function mountMemoryDisk(megabytes: number): Promise<MemoryDisk | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-disk-'));
  await chmod(folder, 0o711);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=711`, 'tmpfs', folder]);
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
  return {
    folder,
    async [Symbol.asyncDispose]() {
      await run('umount', ['--lazy', folder]);
      await rm(folder, { recursive: true });
    },
  };
}
