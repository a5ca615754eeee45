import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { giveAgentCode } from '../../../server/test/support/compiled-code.ts';
import { type AgentClient, createAgentClient } from '../../src/client/create-agent-client.ts';
import type { IsolationChoice } from '../../src/sandbox/isolation.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A real agent in a process and a folder of its own. */
export interface TestAgent {
  readonly client: AgentClient;
  /** Removed at the end; open to every user, so that processes of other users can work below it. */
  readonly folder: string;
  readonly stateDir: string;
  pid(): number;
  /** Makes a folder for a service. */
  makeFolder: (name: string) => Promise<string>;
  /** `kill -9`: nothing is tidied up. */
  kill(): Promise<void>;
  /** SIGTERM, as a service manager does. */
  terminate(): Promise<void>;
  /** Another life of the agent on the same state. Resolves when it answers. */
  start(): Promise<void>;
}

export interface TestAgentOptions {
  isolation?: IsolationChoice;
  args?: string[];
  /** Runs the agent as this user; for tests that are run by root. */
  user?: number;
}

/** Starts an agent; it, all that it started and its folder are gone when the test is over. */
export async function startTestAgent(options: TestAgentOptions = {}): Promise<TestAgent> {
  const { isolation = 'auto', args = [], user } = options;
  const owner = user === undefined ? {} : { uid: user, gid: user };
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'davit-agent-')));
  const stateDir = join(folder, 'state');
  const socketPath = join(folder, 'agent.sock');
  const client = createAgentClient({ socketPath, patienceMs: 20_000 });
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    // One that was told to go may still be on its way.
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const argv = [main, '--state-dir', stateDir, '--socket', socketPath, '--proxy-port', '0', '--folder-root', folder];
    argv.push('--isolation', isolation, '--log-level', 'warn', ...args);
    const env = { PATH: process.env.PATH };
    child = spawn(process.execPath, argv, { stdio: ['ignore', 'inherit', 'inherit'], env, ...owner });
    const failed = once(child, 'exit').then(() => {
      throw new Error('the agent ended before it answered');
    });
    await Promise.race([client.listCommands(), failed]);
    failed.catch(() => undefined);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill(signal);
    await gone;
  }

  onTestFinished(async () => {
    try {
      if (!child || child.exitCode !== null) await start();
      const gone = once(child as ChildProcess, 'exit');
      await client.shutdown(true);
      await gone;
    } finally {
      await client.close();
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });

  await chmod(folder, 0o755);
  if (user === undefined) await giveAgentCode(stateDir);
  else await chown(folder, user, user);
  await start();
  return {
    client,
    folder,
    stateDir,
    pid: () => child?.pid ?? 0,
    async makeFolder(name) {
      const path = join(folder, name);
      await mkdir(path, { recursive: true });
      if (user !== undefined) await chown(path, user, user);
      return path;
    },
    kill: () => end('SIGKILL'),
    terminate: () => end('SIGTERM'),
    start,
  };
}

/** Ends the test here on a host where davit cannot limit processes; where everything must be shown (CI) it fails. */
export async function needLimits(client: AgentClient, skip: (note: string) => void): Promise<void> {
  const { isolation } = await client.info();
  if (isolation.limits !== 'none') return;
  if (process.env.CI) throw new Error(`limits cannot be tested here: ${isolation.missing.join(' ')}`);
  skip('this host has no cgroups for davit');
}
