import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findIdentity } from '../process/process-identity.ts';
import { writeStateFile } from './state-file.ts';

/** The right to be the one agent of a state folder. */
export interface AgentLock {
  release(): Promise<void>;
}

/**
 * flock(1) locks the open file that it is handed; the lock is ours as long as we keep that file open, and ends with this
 * process however it ends. Node opens files close-on-exec, so that no child inherits it.
 */
async function lockFile(fd: number): Promise<boolean> {
  const child = spawn('flock', ['-n', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
    env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}

/** An agent that was told to go puts its state in order first: its successor waits for it. */
const PATIENCE_MS = 7000;
const PAUSE_MS = 100;

async function waitForLock(fd: number): Promise<boolean> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!(await lockFile(fd))) {
    if (Date.now() > giveUpAt) return false;
    await sleep(PAUSE_MS);
  }
  return true;
}

/**
 * Takes the state folder and writes `agent.pid` (process id and start time) into it.
 * @throws Error when another agent has it and keeps it
 */
export async function acquireAgentLock(stateDir: string): Promise<AgentLock> {
  const fd = openSync(join(stateDir, 'agent.lock'), 'a', 0o600);
  const pidFile = join(stateDir, 'agent.pid');
  if (!(await waitForLock(fd))) {
    closeSync(fd);
    throw new Error(`another agent runs on ${stateDir}`);
  }
  await writeStateFile(pidFile, findIdentity(process.pid));
  return {
    async release() {
      await rm(pidFile, { force: true });
      closeSync(fd);
    },
  };
}
