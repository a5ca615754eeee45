// From a clean clone to an address. `node bench/deploy/clean-clone.ts [rounds]`: needs the packages in npm's cache, as the
// checkout that it is called from left them there.
import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createAgentClient } from '../../packages/agent/src/client/create-agent-client.ts';
import { hostEnvironment } from '../../packages/server/src/config/host-environment.ts';
import { median, printTable } from './table.ts';

const rounds = Number(process.argv[2] ?? 3);
const checkout = fileURLToPath(new URL('../..', import.meta.url));

interface Times {
  clone: number;
  first: number;
  second: number;
  agent: number;
}

/** Seconds that a command takes; throws with all that it printed when it fails. */
function timed(command: string, argv: readonly string[], options: ExecFileSyncOptions): number {
  const begin = performance.now();
  execFileSync(command, argv, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  return (performance.now() - begin) / 1000;
}

/** Seconds from the end of an agent, killed, until another one answers: the server notices and starts it. */
async function agentBack(dataDir: string): Promise<number> {
  const client = createAgentClient({ socketPath: join(dataDir, 'agent', 'agent.sock') });
  const { pid } = await client.info();
  const begin = performance.now();
  process.kill(pid, 'SIGKILL');
  for (;;) {
    const info = await client.info().catch(() => undefined);
    if (info !== undefined && info.pid !== pid) break;
    await sleep(5);
  }
  await client.close();
  return (performance.now() - begin) / 1000;
}

async function measure(): Promise<Times> {
  const folder = mkdtempSync(join(tmpdir(), 'davit-clean-clone-'));
  // Services run as users of their own, who must reach the data below it.
  chmodSync(folder, 0o711);
  const clone = join(folder, 'davit');
  const dataDir = join(folder, 'data');
  const env = {
    ...hostEnvironment(),
    DATA_DIR: dataDir,
    XDG_CONFIG_HOME: join(folder, 'config'),
    PORT: '0',
    PROXY_PORT: '0',
  };
  const launcher = join(clone, 'davit');
  const up = () => timed(launcher, ['up', 'examples/hello-node'], { cwd: clone, env });
  try {
    const cloned = timed('git', ['clone', '--quiet', '--no-local', checkout, clone], {});
    const first = up();
    const second = up();
    return { clone: cloned, first, second, agent: await agentBack(dataDir) };
  } finally {
    if (existsSync(launcher) && existsSync(dataDir)) timed(launcher, ['down'], { cwd: clone, env });
    rmSync(folder, { recursive: true, force: true });
  }
}

const all: Times[] = [];
for (let round = 0; round < rounds; round++) all.push(await measure());
const row = (name: string, of: (times: Times) => number, goal: string) => {
  const values = all.map(of);
  const range = `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)} s`;
  return [name, `${median(values).toFixed(1)} s`, range, goal];
};
printTable(
  ['from a clean clone, package caches warm', 'median', 'range', 'goal'],
  [
    row('git clone, then ./davit up examples/hello-node', ({ clone, first }) => clone + first, '< 90 s'),
    row('./davit up examples/hello-node again', ({ second }) => second, '< 5 s'),
    row('a killed agent answers again', ({ agent }) => agent, ''),
  ],
);
