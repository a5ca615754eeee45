import type { Artifact, ArtifactProcess } from '../../adapters/builder/builder.ts';
import type { FolderRoot, ImageRoot, InstanceRequest } from '../../adapters/runtime/runtime.ts';
import type { Service, ServiceSettings } from '../services/index.ts';

/** How many of what: the part of the settings that a scale changes without a new release. */
export interface Scale {
  replicas: number;
  processes: Record<string, number>;
}

/** Everything that decides which instances a service has. Two equal plans name the same instances. */
export interface RolloutPlan {
  service: Pick<Service, 'id' | 'kind' | 'name' | 'environmentId'>;
  releaseId: string;
  deploymentId: string;
  artifact: Artifact;
  /** As the release has them. */
  settings: ServiceSettings;
  scale: Scale;
  generation: number;
}

/** A plan with what its processes are given: only who starts them needs it. */
export interface RolloutTarget extends RolloutPlan {
  /** Variables and davit's own, without what is particular to one process. */
  environment: Readonly<Record<string, string>>;
}

const megabyte = 1024 * 1024;

/** Where an image listens that does not say it, and that nobody gave a port. */
const defaultPort = 8080;

function rootOf({ artifact, settings, service }: RolloutPlan): FolderRoot | ImageRoot {
  if (artifact.kind === 'folder') {
    return { kind: 'folder', folder: artifact.cwd, writable: [artifact.folder], readable: artifact.readable };
  }
  return {
    kind: 'image',
    reference: artifact.reference,
    network: { environmentId: service.environmentId, alias: service.name },
    port: settings.port ?? artifact.exposedPort ?? defaultPort,
    readOnly: settings.readOnlyRoot,
  };
}

/** The process that the service is about: `web` for web services; a worker's or cron's own, else whatever starts it. */
export function mainProcess(kind: Service['kind'], artifact: Pick<Artifact, 'processes'>): ArtifactProcess | undefined {
  const named = (name: string) => artifact.processes.find((process) => process.name === name);
  if (kind === 'web') return named('web');
  return named(kind) ?? named('worker') ?? named('web');
}

// Names come from a Procfile: one called `constructor` is no property of every object.
function countOf({ processes }: Scale, name: string): number {
  return Object.hasOwn(processes, name) ? (processes[name] ?? 1) : 1;
}

/** What of a target decides on how many instances there are of which process. */
interface Scaled {
  service: Pick<Service, 'kind'>;
  artifact: Pick<Artifact, 'processes'>;
  scale: Scale;
}

function plannedProcesses(target: Scaled): { process: ArtifactProcess; count: number; hasPort: boolean }[] {
  const { service, artifact, scale } = target;
  // A cron service has no instances: its schedule starts its command.
  if (service.kind === 'cron') return [];
  const main = mainProcess(service.kind, artifact);
  if (main === undefined) return [];
  const others = service.kind === 'web' ? artifact.processes.filter((process) => process !== main) : [];
  return [
    { process: main, count: scale.replicas, hasPort: service.kind === 'web' },
    ...others.map((process) => ({ process, count: countOf(scale, process.name), hasPort: false })),
  ];
}

/** The id of an instance says what it is, so that planning twice is asking for the same instance. */
function instanceId(plan: RolloutPlan, process: string, ordinal: number): string {
  return `${plan.releaseId}-${process}-${ordinal}-${plan.generation}`;
}

/** The ids of the instances that {@link planInstances} plans. */
export function instanceIds(plan: RolloutPlan): ReadonlySet<string> {
  return new Set(
    plannedProcesses(plan).flatMap(({ process, count }) =>
      Array.from({ length: count }, (_, ordinal) => instanceId(plan, process.name, ordinal)),
    ),
  );
}

/** The instances that the service should have, in the order in which they start. */
export function planInstances(target: RolloutTarget): InstanceRequest[] {
  const { artifact, settings } = target;
  const root = rootOf(target);
  return plannedProcesses(target).flatMap(({ process, count, hasPort }) =>
    Array.from({ length: count }, (_, ordinal) => ({
      id: instanceId(target, process.name, ordinal),
      labels: {
        serviceId: target.service.id,
        releaseId: target.releaseId,
        deploymentId: target.deploymentId,
        process: process.name,
        ordinal,
        generation: target.generation,
      },
      root,
      argv: process.argv,
      env: {
        ...artifact.environment,
        ...target.environment,
        DAVIT_PROCESS: process.name,
        DAVIT_INSTANCE: String(ordinal),
      },
      hasPort,
      limits: {
        memoryBytes: settings.memoryMb === null ? undefined : settings.memoryMb * megabyte,
        cpus: settings.cpus ?? undefined,
      },
      restart: settings.restart,
      stopGraceMs: settings.stopGraceSeconds * 1000,
    })),
  );
}

/** How many instances {@link planInstances} would plan. */
export function countInstances(kind: Service['kind'], processes: Artifact['processes'], scale: Scale): number {
  return plannedProcesses({ service: { kind }, artifact: { processes }, scale }).reduce(
    (sum, { count }) => sum + count,
    0,
  );
}
