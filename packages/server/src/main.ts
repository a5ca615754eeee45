/** Starts the server. What must be set before the rest is loaded is set here. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findDataDir } from './config/data-dir.ts';
import { environment } from './config/host-environment.ts';

const WARM_UP = 'warm-up';

/**
 * What the engine and the allocator can only be told when a process begins. Measured on an idle server: 88 MiB of memory of
 * its own without them, 71 with them; the young generation's default alone stays 40 MiB larger after the first busy minute.
 */
const engineFlags = ['--max-semi-space-size=2', '--optimize-for-size'];
const allocator = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '65536' };

/** Becomes the same program with the flags set: the same process, so that whoever started it still knows it. */
function restartWithFlags(): void {
  if (engineFlags.every((flag) => process.execArgv.includes(flag)) || process.execve === undefined) return;
  // The operator's own flags come last and win.
  const argv = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    ...engineFlags,
    ...process.execArgv,
    ...process.argv.slice(1),
  ];
  process.execve(process.execPath, argv, { ...environment(), ...allocator });
}

/**
 * Compiled code is kept beside the data: without it every start takes half a second more, and 27 MiB more for ever, since the
 * type stripper then is loaded too. The first time another process fills the cache, so that even the first server is small.
 */
function useCompileCache(dataDir: string): void {
  const folder = join(dataDir, 'compile-cache');
  if (!existsSync(folder)) spawnSync(process.execPath, [fileURLToPath(import.meta.url), WARM_UP], { stdio: 'ignore' });
  enableCompileCache(folder);
}

restartWithFlags();
const dataDir = findDataDir();
if (process.argv[2] === WARM_UP && dataDir !== undefined) {
  enableCompileCache(join(dataDir, 'compile-cache'));
  await import('./serve.ts');
  flushCompileCache();
} else {
  if (dataDir !== undefined) useCompileCache(dataDir);
  const { runServer } = await import('./serve.ts');
  await runServer();
}
