import { setTimeout as sleep } from 'node:timers/promises';
import { type ProbeResult, probeHealth } from '../health-probe.ts';
import type { HealthCheck } from '../runtime.ts';
import { runtimeErrors } from '../runtime-errors.ts';
import { type ContainerEnd, describeEnd, endOf } from './container-state.ts';
import type { ContainerDetails } from './engine-answers.ts';
import { fromContainerLabels } from './instance-labels.ts';
import { listeningIn } from './listening-sockets.ts';

const quickLooksMs = 2000;
const quickDelayMs = 10;
/** One without a port is up when it has run this long without ending. */
const settleMs = 1000;
/** How an end was is told apart from the container itself, and on a busy machine after it runs again. */
const toldWithinMs = 2000;

export interface HealthSubject {
  look: () => Promise<ContainerDetails | undefined>;
  lastEnd: (containerId: string) => ContainerEnd | undefined;
}

function exited(detail: string) {
  return runtimeErrors.INSTANCE_EXITED({ message: `The start command ended before the service answered: ${detail}` });
}

/** Of one that the engine has started again: its state no longer says how it ended. */
async function describeEndBefore(subject: HealthSubject, containerId: string, signal: AbortSignal): Promise<string> {
  const started = performance.now();
  for (;;) {
    const end = subject.lastEnd(containerId);
    if (end !== undefined) return describeEnd(end);
    if (performance.now() - started >= toldWithinMs) return 'The Docker engine did not tell how, and has restarted it.';
    await sleep(quickDelayMs, undefined, { signal });
  }
}

async function neverHealthy(details: ContainerDetails, port: number, check: HealthCheck, last: ProbeResult) {
  const seconds = Math.round(check.timeoutMs / 1000);
  if (last.listening) {
    return runtimeErrors.INSTANCE_UNHEALTHY({
      message: `The health check did not succeed within ${seconds} s: ${last.detail}.`,
    });
  }
  const sockets = await listeningIn(details.State.Pid);
  const inside = sockets.find((socket) => socket.port === port);
  if (inside !== undefined) {
    return runtimeErrors.INSTANCE_ON_OTHER_PORT({
      message: `The service listens on ${inside.address}:${port}, where nothing outside of its container reaches it (waited ${seconds} s): it must listen on 0.0.0.0.`,
    });
  }
  if (sockets.length > 0) {
    const others = sockets.map((socket) => `${socket.address}:${socket.port}`).join(', ');
    return runtimeErrors.INSTANCE_ON_OTHER_PORT({
      message: `The service listens on ${others}, not on the port ${port} that PORT named (waited ${seconds} s).`,
      hint: 'Read the port from the environment variable PORT, or set the port in the settings of the service.',
    });
  }
  return runtimeErrors.INSTANCE_NOT_LISTENING({
    message: `The service runs, but listens on no port (waited ${seconds} s for port ${port}).`,
  });
}

/** Looks at the container and its port until it answers, ends, or the time is over. */
export async function waitUntilHealthy(subject: HealthSubject, check: HealthCheck, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  for (;;) {
    const details = await subject.look();
    if (details === undefined) throw exited('Its container was removed.');
    const end = endOf(details) ?? subject.lastEnd(details.Id);
    if (end !== undefined) throw exited(describeEnd(end));
    if (details.RestartCount > 0) throw exited(await describeEndBefore(subject, details.Id, signal));
    const waited = performance.now() - started;
    const { address, formerEnd } = fromContainerLabels(details.Config.Labels ?? {});
    if (formerEnd.detail !== null) throw exited(formerEnd.detail);
    if (address === null) {
      if (waited >= settleMs && details.State.Status === 'running') return;
    } else {
      const result = await probeHealth(address.host, address.port, check);
      if (result.healthy) return;
      if (waited >= check.timeoutMs) throw await neverHealthy(details, address.port, check, result);
    }
    const delay = waited < quickLooksMs ? Math.min(quickDelayMs, check.intervalMs) : check.intervalMs;
    await sleep(delay, undefined, { signal });
  }
}
