/** Starts the server. What must be set before the rest is loaded is set here. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
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

/** Names the folder of compiled code for Node. */
const COMPILE_CACHE = 'NODE_COMPILE_CACHE';

/**
 * Compiled code is kept beside the data: without it every start takes half a second more, and 27 MiB more for ever, since the
 * type stripper then is loaded too. Node is told by the environment, since the stripper would be there with this file
 * already, 12 MiB and a tenth of a second. The first time another process fills the cache, so that even the first server is small.
 */
function keepCompiled(dataDir: string | undefined): Record<string, string> {
  if (dataDir === undefined) return {};
  const folder = join(dataDir, 'compile-cache');
  const kept = { [COMPILE_CACHE]: folder };
  if (!existsSync(folder)) {
    const env = { ...environment(), ...kept };
    spawnSync(process.execPath, [fileURLToPath(import.meta.url), WARM_UP], { stdio: 'ignore', env });
  }
  return kept;
}

/** Becomes the same program with all of it set: the same process, so that whoever started it still knows it. */
function restartPrepared(): void {
  if (engineFlags.every((flag) => process.execArgv.includes(flag)) || process.execve === undefined) return;
  // The operator's own flags come last and win.
  const argv = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    ...engineFlags,
    ...process.execArgv,
    ...process.argv.slice(1),
  ];
  process.execve(process.execPath, argv, { ...environment(), ...allocator, ...keepCompiled(findDataDir()) });
}

const isWarmUp = process.argv[2] === WARM_UP;
if (!isWarmUp) restartPrepared();
const { runServer } = await import('./serve.ts');
if (isWarmUp) flushCompileCache();
else await runServer();
