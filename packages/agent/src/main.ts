/**
 * Starts the agent of this machine. What must be set before the rest is loaded is set here; see command-line.ts for the
 * options.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';

const WARM_UP = 'warm-up';

// The default of 16 MiB lets the memory of an agent that once was busy stay 30 MiB higher for ever.
setFlagsFromString('--max-semi-space-size=4');

/**
 * Compiled code is kept: without it loading takes 240 ms instead of 115, and 27 MiB more for ever, since the type stripper
 * then is loaded too. The first time another process fills the cache, so that even the first agent is small.
 */
function useCompileCache(stateDir: string): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const folder = join(stateDir, 'compile-cache');
  if (!existsSync(folder)) {
    spawnSync(process.execPath, [fileURLToPath(import.meta.url), WARM_UP, '--state-dir', stateDir], {
      stdio: 'ignore',
    });
  }
  enableCompileCache(folder);
}

const { values, positionals } = parseArgs({
  options: { 'state-dir': { type: 'string' } },
  strict: false,
  allowPositionals: true,
});
const stateDir = values['state-dir'];
if (positionals[0] === WARM_UP && typeof stateDir === 'string') {
  enableCompileCache(join(stateDir, 'compile-cache'));
  await import('./command-line.ts');
  flushCompileCache();
} else {
  if (typeof stateDir === 'string' && stateDir !== '') useCompileCache(stateDir);
  const { runCommandLine } = await import('./command-line.ts');
  await runCommandLine();
}
