import type { QueryKey } from '@tanstack/react-query';
import { queryKeys } from './query-keys.ts';

/** What the stream of a project says of a run. */
export interface RunChange {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly currentStep: string | null;
  readonly subject: string;
}

/** What the stream of a project says: that something is not as it was. */
export interface ProjectChange {
  readonly type:
    | 'project'
    | 'environment'
    | 'service'
    | 'variables'
    | 'deployment'
    | 'run'
    | 'instances'
    | 'canvas'
    | 'cloud_resource'
    | 'domain';
  readonly id: string;
  readonly environmentId?: string;
  readonly serviceId?: string;
  readonly cloudResourceId?: string;
  readonly run?: RunChange;
}

/** What is no longer right after a change. `overview` is asked for less often than the rest: it is the large one. */
export interface Outdated {
  readonly overview: boolean;
  readonly keys: readonly QueryKey[];
}

const RUNNING = 'running';

/** Reads an event's data. What this page does not know (a newer server) is undefined. */
export function parseProjectChange(data: string): ProjectChange | undefined {
  try {
    const value = JSON.parse(data) as Partial<ProjectChange> | null;
    return typeof value?.type === 'string' && typeof value.id === 'string' ? (value as ProjectChange) : undefined;
  } catch {
    return undefined;
  }
}

/** What a change makes outdated. Keys are exact where something below them is not concerned. */
export function outdatedBy(projectId: string, change: ProjectChange): Outdated {
  const { type, id, environmentId, serviceId, cloudResourceId } = change;
  switch (type) {
    case 'project':
    case 'environment':
      return {
        overview: true,
        keys: [queryKeys.project(projectId), queryKeys.environments(projectId), queryKeys.projects()],
      };
    case 'canvas':
      return { overview: false, keys: environmentId === undefined ? [] : [queryKeys.canvas(projectId, environmentId)] };
    case 'service':
      return { overview: true, keys: [queryKeys.service(serviceId ?? id), queryKeys.changes(serviceId ?? id)] };
    case 'variables':
      return { overview: true, keys: [...variableKeys(serviceId, environmentId), queryKeys.resourceUsers()] };
    case 'deployment':
      return { overview: true, keys: [...deploymentKeys(id, serviceId), queryKeys.resourceUsers()] };
    case 'instances':
      return { overview: true, keys: serviceId === undefined ? [] : [queryKeys.instances(serviceId)] };
    case 'domain':
      return { overview: false, keys: serviceId === undefined ? [] : [queryKeys.domains(serviceId)] };
    case 'cloud_resource':
      return { overview: true, keys: [queryKeys.cloudResource(id)] };
    case 'run':
      if (cloudResourceId !== undefined) {
        // Its outputs may be others now, and with them what services were deployed with: that is a part of the overview too.
        return {
          overview: true,
          keys: [
            queryKeys.run(change.run?.id ?? id),
            queryKeys.cloudResource(cloudResourceId),
            queryKeys.resourceUsers(),
          ],
        };
      }
      return {
        // A step of a run that goes on is put into the overview as it is: see patchOverview().
        overview: change.run?.state !== RUNNING,
        keys: [
          queryKeys.run(change.run?.id ?? id),
          ...(serviceId === undefined ? [] : [queryKeys.deployments(serviceId)]),
        ],
      };
    default:
      return { overview: true, keys: [] };
  }
}

function variableKeys(serviceId: string | undefined, environmentId: string | undefined): readonly QueryKey[] {
  if (serviceId !== undefined) return [queryKeys.variables(serviceId), queryKeys.changes(serviceId)];
  // Shared ones: any service may refer to them.
  return environmentId === undefined ? [] : [queryKeys.sharedVariables(environmentId), queryKeys.services()];
}

function deploymentKeys(id: string, serviceId: string | undefined): readonly QueryKey[] {
  const own = queryKeys.deployment(id);
  if (serviceId === undefined) return [own];
  return [
    own,
    queryKeys.deployments(serviceId),
    queryKeys.rollbackCandidates(serviceId),
    queryKeys.instances(serviceId),
    queryKeys.changes(serviceId),
    queryKeys.service(serviceId),
  ];
}

/** As much of the overview as a run of a deployment changes. */
export interface OverviewSteps {
  readonly services: readonly {
    readonly id: string;
    readonly desiredState: string;
    readonly status: string;
    readonly statusDetail: string | null;
    readonly latestDeployment: {
      readonly runId: string;
      readonly status: string;
      readonly currentStep: string | null;
      readonly finishedAt: string | null;
    } | null;
  }[];
}

/** The runs in which a service is deployed: during a restart or a scheduled command it is as it is. */
const DEPLOYMENTS: ReadonlySet<string> = new Set(['deployment.create', 'deployment.rollback']);

/**
 * The overview with what is certain while a run of a deployment goes on: that its service is being deployed, and the step it is at, in the
 * server's words. The same object where nothing is to be changed, so that nothing is drawn anew. The next overview says the rest. Sparing the
 * request matters: 200 services that deploy tell of some steps a second; and a deployment may be over before the next is asked for.
 */
export function patchOverview<T extends OverviewSteps>(overview: T, { run, serviceId }: ProjectChange): T {
  if (run === undefined || serviceId === undefined || run.state !== RUNNING || !DEPLOYMENTS.has(run.kind))
    return overview;
  let isChanged = false;
  const services = overview.services.map((service) => {
    if (service.id !== serviceId) return service;
    const patched = withRun(service, run);
    isChanged ||= patched !== service;
    return patched;
  });
  return isChanged ? { ...overview, services } : overview;
}

function withRun<T extends OverviewSteps['services'][number]>(service: T, { id, currentStep }: RunChange): T {
  const { latestDeployment: latest, desiredState } = service;
  // Ids sort by time. An older run than the last that is known, or one that has ended, is told of too late.
  if (desiredState === 'deleted' || (latest !== null && latest.runId > id)) return service;
  const isLatest = latest?.runId === id;
  if (isLatest && latest.finishedAt !== null) return service;
  const statusDetail = currentStep === null ? null : `Step ${currentStep}.`;
  const isKnown = !isLatest || (latest.status === RUNNING && latest.currentStep === currentStep);
  if (isKnown && service.status === 'deploying' && service.statusDetail === statusDetail) return service;
  const latestDeployment = isLatest ? { ...latest, status: RUNNING, currentStep } : latest;
  return { ...service, status: 'deploying', statusDetail, latestDeployment };
}
