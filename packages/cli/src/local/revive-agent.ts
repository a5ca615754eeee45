import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentClient } from '@davit/agent/client';
import type { AgentInfo } from '@davit/agent/protocol';
import { failed } from '../command-line/cli-error.ts';
import { messageOf, readLogTail } from './log-tail.ts';

const agentProgram = createRequire(import.meta.url).resolve('@davit/agent/main');

const startTimeoutMs = 60_000;
const pollMs = 50;

/** Whether the agent of this folder ended without being told to: one that goes in order removes the file. What it ran may run on. */
async function hasDied(stateDir: string): Promise<boolean> {
  return await access(join(stateDir, 'agent.pid')).then(
    () => true,
    () => false,
  );
}

/**
 * Starts an agent in the place of one that has died, for what that one ran: it finds processes and containers again, and no program
 * but an agent knows how to end them. It leads no visitors anywhere. Undefined where none has died.
 */
export async function reviveAgent(
  agent: AgentClient,
  { stateDir, socketPath }: { stateDir: string; socketPath: string },
  variables: Readonly<Record<string, string | undefined>>,
): Promise<AgentInfo | undefined> {
  if (!(await hasDied(stateDir))) return undefined;
  const logFile = join(stateDir, 'agent.log');
  await using log = await open(logFile, 'a', 0o600);
  const from = (await log.stat()).size;
  const child = spawn(process.execPath, [agentProgram, '--state-dir', stateDir, '--socket', socketPath], {
    cwd: '/',
    env: { PATH: variables['PATH'], HOME: variables['HOME'] },
    // No Ctrl-C shall leave it in the middle.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await once(child, 'spawn');
  child.unref();
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const info = await agent.info().catch(() => undefined);
    if (info !== undefined) return info;
    await sleep(pollMs);
  }
  throw failed('The agent has died, and does not start again: what it ran may run on.', {
    lines: (await readLogTail(logFile, from)).slice(-12).map((line) => `  ${messageOf(line)}`),
    hint: `The whole log is in ${logFile}.`,
    details: { log: logFile },
  });
}
