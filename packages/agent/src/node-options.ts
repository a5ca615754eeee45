import { join } from 'node:path';

/** What Node takes only at its start. The default of 16 MiB lets the memory of an agent that once was busy stay 30 MiB higher for ever. */
export const nodeFlags: readonly string[] = ['--max-semi-space-size=4'];

/** Names the folder of compiled code for Node. */
export const COMPILE_CACHE = 'NODE_COMPILE_CACHE';

/** The only argument of a process that loads the agent's code once, so that it lies compiled in the cache. */
export const WARM_UP = 'warm-up';

/** Where the agent of a state folder keeps its compiled code. */
export function compileCacheOf(stateDir: string): string {
  return join(stateDir, 'compile-cache');
}
