/** Starts the server. What must be set before the rest is loaded is set here. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { findDataDir } from './config/data-dir.ts';

const WARM_UP = 'warm-up';

// The default of 16 MiB lets the memory of a server that once was busy stay 30 MiB higher for ever.
setFlagsFromString('--max-semi-space-size=4');

/**
 * Compiled code is kept beside the data: without it every start takes half a second more, and 27 MiB more for ever, since the
 * type stripper then is loaded too. The first time another process fills the cache, so that even the first server is small.
 */
function useCompileCache(dataDir: string): void {
  const folder = join(dataDir, 'compile-cache');
  if (!existsSync(folder)) spawnSync(process.execPath, [fileURLToPath(import.meta.url), WARM_UP], { stdio: 'ignore' });
  enableCompileCache(folder);
}

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
