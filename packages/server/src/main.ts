/** Starts the server. What must be set before the rest is loaded is set here. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findDataDir } from './config/data-dir.ts';
import { environment } from './config/host-environment.ts';
import { findCode } from './own-code.ts';

const WARM_UP = 'warm-up';

/**
 * What the engine and the allocator can only be told when a process begins. Measured on an idle server: 88 MiB of memory of
 * its own without them, 71 with them; the young generation's default alone stays 40 MiB larger after the first busy minute.
 * All that a start loads stays, and the engine went through it five times as it grew, from 11 MiB on: with room for it from the
 * beginning a start takes a fifth to a third less processor time, and the idle server no more memory.
 */
const engineFlags = [
  '--max-semi-space-size=2',
  '--min-semi-space-size=2',
  '--initial-old-space-size=64',
  '--optimize-for-size',
];
const allocator = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '65536' };

/** Names the folder of compiled code for Node. */
const COMPILE_CACHE = 'NODE_COMPILE_CACHE';

/**
 * What a start needs is made by another process, so that even the first server is small: one file of all code, and beside the
 * data what the engine compiles. Without the first a start takes twice the time; without the second half a second more, and 27 MiB
 * for ever, since the type stripper then is loaded. Node is told of it by the environment: this file itself is stripped else.
 */
function prepare(dataDir: string | undefined): Record<string, string> {
  if (dataDir === undefined) return {};
  const folder = join(dataDir, 'compile-cache');
  const told = { [COMPILE_CACHE]: folder };
  if (!existsSync(folder) || findCode() === undefined) {
    const env = { ...environment(), ...told };
    const argv = ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), WARM_UP];
    spawnSync(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit'], env });
  }
  return told;
}

/**
 * Becomes the same program with all of it set: the same process, so that whoever started it still knows it. Also when it warms
 * up: what the engine compiles is good for the same flags alone.
 */
function restartPrepared(isWarmUp: boolean): void {
  if (engineFlags.every((flag) => process.execArgv.includes(flag)) || process.execve === undefined) return;
  // The operator's own flags come last and win.
  const argv = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    ...engineFlags,
    ...process.execArgv,
    ...process.argv.slice(1),
  ];
  const prepared = isWarmUp ? {} : prepare(findDataDir());
  process.execve(process.execPath, argv, { ...environment(), ...allocator, ...prepared });
}

async function load(): Promise<typeof import('./serve.ts')> {
  const code = findCode();
  if (code === undefined) return await import('./serve.ts');
  return (await import(pathToFileURL(code).href)) as typeof import('./serve.ts');
}

async function warmUp(): Promise<void> {
  try {
    if (findCode() === undefined) await (await import('./bundle-code.ts')).bundleCode();
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    process.stderr.write(
      `davit: runs from its sources, which takes longer to start; they could not be bundled: ${reason}\n`,
    );
  }
  await load();
  flushCompileCache();
}

const isWarmUp = process.argv[2] === WARM_UP;
restartPrepared(isWarmUp);
if (isWarmUp) {
  await warmUp();
  process.exit();
}
const { runServer } = await load();
await runServer();
