import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type AgentClient, createAgentClient } from '@davit/agent/client';
import { giveAgentCode } from './compiled-code.ts';

/** An agent of a test's own, as a process of its own. */
export interface TestAgent {
  client: AgentClient;
  /** A folder that instances may use, removed with the agent. */
  folder: string;
  /** kill -9, then another agent on the same state. */
  crashAndRestart(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

async function waitForAgent(client: AgentClient): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    if (
      await client.info().then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(25);
  }
  throw new Error('the agent did not start');
}

/** Starts an agent with a proxy on a port that the system chose. */
export async function startTestAgent(): Promise<TestAgent> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-agent-'));
  await chmod(folder, 0o711);
  const socketPath = join(folder, 'agent.sock');
  const client = createAgentClient({ socketPath });
  const program = fileURLToPath(import.meta.resolve('@davit/agent/main'));
  const argv = [program, '--state-dir', join(folder, 'state'), '--socket', socketPath, '--proxy-port', '0'];
  let child: ChildProcess;
  const start = async () => {
    child = spawn(process.execPath, [...argv, '--folder-root', folder, '--log-level', 'error'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await waitForAgent(client);
  };
  await giveAgentCode(join(folder, 'state'));
  await start();
  return {
    client,
    folder,
    async crashAndRestart() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      await start();
    },
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit');
      await client.shutdown(true);
      await gone;
      await client.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
