import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a backup is half made: never where whole ones are kept. */
export interface WorkFolder {
  /** Whoever has it open is taken for alive: what is in the folder stays. */
  enter(): Promise<AsyncDisposable>;
  /** Removes what writers have left that are gone, and does `more`; not while one is alive. */
  tidy(more?: () => Promise<void>): Promise<void>;
}

/** Of DATA_DIR. */
export const BACKUP_WORK = 'backup-work';

/**
 * flock(1) locks the open file that it is handed; the kernel ends the lock with the process that keeps the file open, also with
 * kill -9. An age tells nothing: a large backup takes hours. A process id may be another's after a restart.
 */
async function lockFile(fd: number, ...how: string[]): Promise<boolean> {
  const child = spawn('flock', [...how, '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
    env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}

/** Makes the folder when it is needed. Writers share the lock beside it; who tidies has it alone. */
export function createWorkFolder(folder: string): WorkFolder {
  async function hold(...how: string[]): Promise<AsyncDisposable | undefined> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(`${folder}.lock`, 'a', 0o600);
    if (await lockFile(file.fd, ...how)) return file;
    await file.close();
    return undefined;
  }

  return {
    async enter() {
      // Who tidies is done within moments.
      const held = await hold('--shared');
      if (held === undefined) throw new Error(`${folder} cannot be locked`);
      return held;
    },
    async tidy(more = async () => {}) {
      await using held = await hold('--exclusive', '--nonblock');
      if (held === undefined) return;
      for (const name of await readdir(folder)) await rm(join(folder, name), { force: true });
      await more();
    },
  };
}
