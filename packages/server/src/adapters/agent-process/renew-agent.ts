import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { AgentClient } from '@davit/agent/client';
import { COMPILE_CACHE, compileCacheOf, nodeFlags, WARM_UP } from '@davit/agent/node-options';
import type { AgentInfo } from '@davit/agent/protocol';
import { type AgentPlace, agentArguments, agentLogOf, agentMain } from './agent-command.ts';
import { agentProcessErrors } from './agent-process-errors.ts';

const run = promisify(execFile);

const warmUpTimeoutMs = 60_000;
const takeOverTimeoutMs = 30_000;
const pollMs = 25;

/** What the agent that is to be replaced answers to, whichever version it is of. */
export type RenewableAgent = Pick<AgentClient, 'info' | 'handOver' | 'shutdown'>;

async function waitForAnother(client: RenewableAgent, place: AgentPlace, former: AgentInfo, signal: AbortSignal) {
  const deadline = Date.now() + takeOverTimeoutMs;
  while (Date.now() < deadline) {
    const info = await client.info(signal).catch(() => undefined);
    if (info !== undefined && info.startedAt !== former.startedAt) return info;
    await sleep(pollMs, undefined, { signal });
  }
  throw agentProcessErrors.AGENT_NOT_STARTED({ details: { log: agentLogOf(place) } });
}

/**
 * Puts an agent of this davit in the place of one of other code. The old one starts the new one and hands it the sockets of the proxy, so
 * that no visitor is refused; what they run goes on, as over any restart of the agent. Code that does not even load replaces nothing.
 * @throws AppError AGENT_NOT_RENEWED: the old one goes on; AGENT_NOT_STARTED
 */
export async function renewAgent(
  client: RenewableAgent,
  place: AgentPlace & { environment: Readonly<Record<string, string>> },
  former: AgentInfo,
  signal: AbortSignal,
): Promise<AgentInfo> {
  const environment = { ...place.environment, [COMPILE_CACHE]: compileCacheOf(place.stateDir) };
  try {
    // What is compiled beforehand makes the pause short, and the new agent as small as it is after any other start.
    await run(process.execPath, [agentMain, WARM_UP], { env: environment, timeout: warmUpTimeoutMs, signal });
    await client.handOver(
      { program: process.execPath, arguments: [...nodeFlags, ...agentArguments(place)], environment },
      signal,
    );
  } catch (cause) {
    signal.throwIfAborted();
    throw agentProcessErrors.AGENT_NOT_RENEWED({ cause, details: { log: agentLogOf(place) } });
  }
  return await waitForAnother(client, place, former, signal);
}
