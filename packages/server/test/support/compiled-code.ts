import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// A server and an agent keep what the engine has compiled beside their data, and compile all of it at their first start: seconds, of
// which a run of tests has hundreds. They are given here what a first start has left.

const run = promisify(execFile);
const kept = fileURLToPath(new URL('../../../../.cache/test-code', import.meta.url));
const serverMain = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const agentMain = fileURLToPath(new URL('../../../agent/src/main.ts', import.meta.url));

/** Compiles the server and the agent as their own first starts do; what has not changed since the last time costs little. */
export async function compileCode(): Promise<void> {
  await mkdir(kept, { recursive: true });
  const warmUp = (program: string, main: string) =>
    run(process.execPath, [main, 'warm-up'], {
      env: { ...process.env, NODE_COMPILE_CACHE: join(kept, program, 'compile-cache') },
    });
  await Promise.all([warmUp('server', serverMain), warmUp('agent', agentMain)]);
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function give(program: 'server' | 'agent', folder: string): Promise<void> {
  const [from, to] = [join(kept, program, 'compile-cache'), join(folder, 'compile-cache')];
  if (!(await exists(from)) || (await exists(to))) return;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  // Links, since each file is replaced when it changes; they need one file system.
  await run('cp', ['-al', from, to]).catch(() => run('cp', ['-a', from, to]));
}

/** Before the first start of a server in a data folder. */
export const giveServerCode = (dataDir: string) => give('server', dataDir);

/** Before the first start of an agent on a state folder, as the same user. */
export const giveAgentCode = (stateDir: string) => give('agent', stateDir);
