import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The time of day of a process that can be moved, as an operator or a time server moves that of a machine. */
export interface MovedClock extends AsyncDisposable {
  /** For the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** So much ahead of the machine's own; negative: behind. The process sees it within a second. */
  move(seconds: number): Promise<void>;
}

function findLibrary(): string {
  for (const folder of readdirSync('/usr/lib')) {
    const path = join('/usr/lib', folder, 'faketime', 'libfaketimeMT.so.1');
    if (existsSync(path)) return path;
  }
  throw new Error('libfaketime is missing: run scripts/setup');
}

/**
 * The machine's own clock belongs to everybody on it, and the kernel keeps no other time of day for a part of its processes
 * (time namespaces move the monotonic clock alone); so libfaketime answers the process when it asks for the time of day.
 * The monotonic clock goes on as it does when a real clock is set.
 */
export async function createMovedClock(): Promise<MovedClock> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-clock-'));
  const file = join(folder, 'offset');
  const move = async (seconds: number) => {
    await writeFile(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    await rename(`${file}.new`, file);
  };
  await move(0);
  return {
    environment: {
      LD_PRELOAD: findLibrary(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
    move,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
