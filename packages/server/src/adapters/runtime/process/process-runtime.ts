import type { AgentClient } from '@davit/agent/client';
import type { InstanceStatus } from '@davit/agent/protocol';
import { toLogLabels } from '../log-labels.ts';
import {
  type InstanceLabels,
  type InstanceRequest,
  mostProcesses,
  type Runtime,
  type RuntimeInstance,
} from '../runtime.ts';
import { runtimeErrors } from '../runtime-errors.ts';
import { describeExit } from './describe-exit.ts';
import { openProcessTerminal } from './process-terminal.ts';
import { waitUntilHealthy } from './wait-until-healthy.ts';

const localhost = '127.0.0.1';

function toLabels(group: string, labels: Record<string, string>): InstanceLabels {
  return {
    serviceId: group,
    releaseId: labels.release ?? '',
    deploymentId: labels.deployment ?? '',
    process: labels.process ?? '',
    ordinal: Number(labels.ordinal ?? 0),
    generation: Number(labels.generation ?? 0),
  };
}

/** The agent's view of an instance, in the runtime's words. */
function toRuntimeInstance(status: InstanceStatus): RuntimeInstance {
  return {
    id: status.id,
    labels: toLabels(status.group, status.labels),
    state: status.state === 'needs-spec' ? 'incomplete' : status.state,
    address: status.port === null ? null : { host: localhost, port: status.port },
    startedAt: status.startedAt,
    restarts: status.restarts,
    lastExit: status.lastExit === null ? null : describeExit(status.lastExit),
  };
}

function toSpec(request: InstanceRequest) {
  const { root, argv } = request;
  if (root.kind !== 'folder' || argv === null) {
    throw runtimeErrors.RELEASE_OF_OTHER_RUNTIME({
      message: 'This release is an image, built for the Docker runtime; services run as plain processes now.',
    });
  }
  return {
    argv: [...argv],
    env: { ...request.env },
    cwd: root.folder,
    sandbox: {
      isolationKey: request.labels.serviceId,
      writable: [...root.writable],
      readable: [...root.readable],
    },
    limits: { ...request.limits, processes: mostProcesses },
    group: request.labels.serviceId,
    labels: toLogLabels(request.labels),
    restart: { ...request.restart },
    allocatePort: request.hasPort,
    logKey: request.labels.serviceId,
    stopGraceMs: request.stopGraceMs,
  };
}

/** Instances as plain processes of this machine, kept by the agent. */
export function createProcessRuntime(agent: AgentClient): Runtime {
  return {
    async describe(signal) {
      const { isolation } = await agent.info(signal);
      return {
        name: 'process',
        isolation: isolation.level,
        limits: isolation.limits !== 'none',
        missing: isolation.missing,
      };
    },
    start: async (request, signal) => toRuntimeInstance(await agent.putInstance(request.id, toSpec(request), signal)),
    waitUntilHealthy: (instanceId, check, signal) => waitUntilHealthy(agent, instanceId, check, signal),
    async list(signal, { kind = 'folder', serviceId } = {}) {
      if (kind !== 'folder') return [];
      const listed = (await agent.listInstances(signal)).map(toRuntimeInstance);
      return listed.filter(({ labels }) => serviceId === undefined || labels.serviceId === serviceId);
    },
    stop: (instanceId, signal) => agent.removeInstance(instanceId, signal),
    async usage(signal, { serviceId } = {}) {
      const samples = (await agent.usage(signal)).filter(({ group }) => serviceId === undefined || group === serviceId);
      return samples.map(({ group, processes: _uncounted, ...usage }) => ({ ...usage, serviceId: group }));
    },
    openTerminal: (instanceId, request, signal) => openProcessTerminal(agent, instanceId, request, signal),
    tail: (instanceId, maxBytes, signal) => agent.instanceTail(instanceId, maxBytes, signal),
  };
}
