import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentClient, createAgentClient, isAgentError } from '@davit/agent/client';
import { failed } from '../command-line/cli-error.ts';
import type { Environment } from '../environment.ts';
import { findLocalServer, findServerProcess } from './local-server.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';
import { reviveAgent } from './revive-agent.ts';

/** What `davit down` ended. */
export interface StoppedPlatform {
  server: boolean;
  agent: boolean;
  /** Processes and containers. */
  instances: number;
}

// A server gives streams and steps 10 s to let go; PostgreSQL writes what it holds after that.
const serverTimeoutMs = 45_000;
// A service may have ten minutes from SIGTERM to SIGKILL (`stopGraceSeconds`).
const servicesTimeoutMs = 11 * 60_000;
const pollMs = 25;

async function waitUntilGone(process: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (await isRunning(process)) {
    if (Date.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

async function stopServer(dataDir: string): Promise<boolean> {
  const server = await findServerProcess(dataDir);
  if (server === undefined) return false;
  // Where a process cannot be told from a later one with its id, only one that answers as davit is ended.
  if (server.startTime === null && (await findLocalServer(dataDir)) === undefined) return false;
  process.kill(server.pid, 'SIGTERM');
  if (!(await waitUntilGone(server, serverTimeoutMs))) {
    throw failed(`The server (process ${server.pid}) has not ended after ${serverTimeoutMs / 1000} s.`, {
      hint: `See ${join(dataDir, 'server.log')}; \`kill -9 ${server.pid}\` loses nothing that is stored.`,
    });
  }
  return true;
}

type ContainersLeft = NonNullable<Awaited<ReturnType<AgentClient['endContainers']>>['failure']>;

async function stopContainers(agent: AgentClient): Promise<{ instances: number; left: ContainersLeft | null }> {
  try {
    const { instances, failure } = await agent.endContainers(AbortSignal.timeout(servicesTimeoutMs));
    return { instances, left: failure };
  } catch (error) {
    // One of before it ended containers.
    if (isAgentError(error, 'AGENT_NOT_FOUND')) return { instances: 0, left: null };
    throw error;
  }
}

/** All else has ended: said last. */
function containersLeft({ message, engine, label }: ContainersLeft): Error {
  const docker = `docker -H ${engine}`;
  return failed(`Containers of davit could not be ended, and may run on: ${message}`, {
    hint: `All else is stopped. When the engine answers, \`davit serve\` and \`davit down\` end them, and so does \`${docker} rm -f $(${docker} ps -aq --filter label=${label})\`.`,
    details: { engine, label },
  });
}

/**
 * Spoken to directly, since the server, which would otherwise do that, is gone: the one place where the command line knows the
 * agent.
 */
async function stopAgent({ dataDir, variables }: Environment): Promise<{ agent: boolean; instances: number }> {
  const stateDir = join(dataDir, 'agent');
  const socketPath = join(stateDir, 'agent.sock');
  const agent = createAgentClient({ socketPath });
  try {
    const answering = await agent.info().catch(() => undefined);
    const info = answering ?? (await reviveAgent(agent, { stateDir, socketPath }, variables));
    if (info === undefined) return { agent: false, instances: 0 };
    const containers = await stopContainers(agent);
    await agent.shutdown(true, AbortSignal.timeout(servicesTimeoutMs));
    // It answers before it is gone.
    if (!(await waitUntilGone({ pid: info.pid, startTime: null }, servicesTimeoutMs))) {
      throw failed(`The agent (process ${info.pid}) has not ended.`, {
        hint: `See ${join(dataDir, 'agent', 'agent.log')}.`,
      });
    }
    if (containers.left !== null) throw containersLeft(containers.left);
    return { agent: true, instances: info.counts.instances + containers.instances };
  } finally {
    await agent.close();
  }
}

/** Ends the server, then containers, then the agent with all that it runs. Data stays; what ran comes back with the next start. */
export async function stopLocalPlatform(environment: Environment): Promise<StoppedPlatform> {
  const server = await stopServer(environment.dataDir);
  return { server, ...(await stopAgent(environment)) };
}
