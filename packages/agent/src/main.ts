/**
 * Starts the agent of this machine; see command-line.ts for the options.
 *
 * It begins by becoming itself again (execve: same process id) with what Node takes only at its start. Measured, memory of
 * its own and time until it answers: started plainly 63 MiB and 400 ms, since the type stripper is loaded and stays; with
 * the code compiled before, 38 MiB and 300 ms. The first time on a machine another process compiles it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { COMPILE_CACHE, compileCacheOf, nodeFlags, WARM_UP } from './node-options.ts';

const main = fileURLToPath(import.meta.url);

function becomeCompiled(stateDir: string): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const folder = compileCacheOf(stateDir);
  const env = { ...process.env, [COMPILE_CACHE]: folder };
  if (!existsSync(folder)) spawnSync(process.execPath, [main, WARM_UP], { stdio: 'ignore', env });
  process.execve?.(process.execPath, [process.execPath, ...nodeFlags, main, ...process.argv.slice(2)], env);
}

const { values, positionals } = parseArgs({
  options: { 'state-dir': { type: 'string' } },
  strict: false,
  allowPositionals: true,
});
const stateDir = values['state-dir'];
const warmUp = positionals[0] === WARM_UP;
if (!warmUp && process.env[COMPILE_CACHE] === undefined && typeof stateDir === 'string' && stateDir !== '') {
  becomeCompiled(stateDir);
}
const { runCommandLine } = await import('./command-line.ts');
if (warmUp) flushCompileCache();
else await runCommandLine();
