import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentClient } from '@davit/agent/client';
import type { InstanceStatus } from '@davit/agent/protocol';
import type { AppError } from '../../../kernel/app-error.ts';
import { type ProbeResult, probeHealth } from '../health-probe.ts';
import type { HealthCheck } from '../runtime.ts';
import { runtimeErrors } from '../runtime-errors.ts';
import { describeExit } from './describe-exit.ts';

// Most servers answer within a second of their start, and everybody waits for just that: until then the looks come fast (one
// costs 0.3 ms here), later ones at the interval asked for.
const quickLooksMs = 2000;
const quickDelayMs = 8;

/** A web instance is up when its port answers; one without a port when it has run this long without ending. */
const settleMs = 1000;

function exited(status: InstanceStatus): AppError | undefined {
  if (status.lastExit === null) return undefined;
  return runtimeErrors.INSTANCE_EXITED({
    message: `The start command ended before the service answered: ${describeExit(status.lastExit)}`,
  });
}

async function neverHealthy(
  agent: AgentClient,
  status: InstanceStatus,
  check: HealthCheck,
  last: ProbeResult,
  signal: AbortSignal,
) {
  const seconds = Math.round(check.timeoutMs / 1000);
  if (last.listening) {
    return runtimeErrors.INSTANCE_UNHEALTHY({
      message: `The health check did not succeed within ${seconds} s: ${last.detail}.`,
    });
  }
  const sockets = await agent.listeningSockets(status.id, signal);
  const others = sockets
    .filter((socket) => socket.port !== status.port)
    .map(({ address, port }) => `${address}:${port}`);
  if (others.length > 0) {
    return runtimeErrors.INSTANCE_ON_OTHER_PORT({
      message: `The service listens on ${others.join(', ')}, not on the port ${status.port} that PORT named (waited ${seconds} s).`,
    });
  }
  return runtimeErrors.INSTANCE_NOT_LISTENING({
    message: `The service runs, but listens on no port (waited ${seconds} s for port ${status.port}).`,
  });
}

/** Polls the instance and its port until it answers, ends, or the time is over. */
export async function waitUntilHealthy(
  agent: AgentClient,
  instanceId: string,
  check: HealthCheck,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  for (;;) {
    const status = await agent.getInstance(instanceId, signal);
    const failure = exited(status);
    if (failure !== undefined) throw failure;
    const waited = performance.now() - started;
    if (status.port === null) {
      if (waited >= settleMs && status.state === 'running') return;
    } else {
      const result = await probeHealth('127.0.0.1', status.port, check);
      if (result.healthy) return;
      if (waited >= check.timeoutMs) throw await neverHealthy(agent, status, check, result, signal);
    }
    const delay = waited < quickLooksMs ? Math.min(quickDelayMs, check.intervalMs) : check.intervalMs;
    await sleep(delay, undefined, { signal });
  }
}
