import { listAnswering } from '../../adapters/runtime/list-answering.ts';
import type { Runtime, RuntimeInstance } from '../../adapters/runtime/runtime.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Db } from '../../platform/db/database.ts';
import { countInstances, deploymentStatus } from '../deployments/index.ts';
import type { ProjectHealth, ProjectService } from '../projects/index.ts';
import { serviceSettings } from '../services/index.ts';
import type { Overview, ServiceOverview, ServiceStatus } from './overview.ts';
import { listOverviewRows, type OverviewRow } from './overview-store.ts';
import { type KindList, linksBetween, listResources, resourceNamed } from './resource-overview.ts';
import { type JudgedService, judgeService } from './service-status.ts';

type Sparkline = ServiceOverview['sparkline'];

/** What other features know of services. */
export interface OverviewSources {
  metrics: {
    /** The usage of the last hour in {@link sparklinePoints} points. Services that it knows nothing of may be left out. */
    sparklines(organizationId: string, serviceIds: readonly string[]): Promise<ReadonlyMap<string, Sparkline>>;
  };
  variables: {
    /** Which services' variables refer to which other services, by id, and to which cloud resources, by name. */
    listReferences(
      organizationId: string,
      environmentId: string,
    ): Promise<{
      toServices: { fromServiceId: string; toServiceId: string; variables: string[] }[];
      toResources: { fromServiceId: string; toResource: string; variables: string[] }[];
    }>;
    /** The environments in which some variable takes an output of a cloud resource of this name. */
    listEnvironmentsUsing(organizationId: string, resource: string): Promise<string[]>;
  };
  comparison: {
    /** The services that a deployment now would change. */
    listUndeployed(organizationId: string, environmentId: string): Promise<ReadonlySet<string>>;
  };
  kinds: KindList;
}

export interface OverviewServiceOptions extends OverviewSources {
  db: Db;
  runtime: Runtime;
  projects: ProjectService;
  logger: Logger;
  /** The public address of a host label. */
  readonly urlOf: (hostLabel: string) => string;
}

/** Points of a sparkline, oldest first, as the feature of metrics makes them. */
const sparklinePoints = 30;

const runtimeTimeoutMs = 5000;

const nothingKnown: Sparkline = {
  cpuCores: Array.from({ length: sparklinePoints }, () => null),
  requestsPerSecond: Array.from({ length: sparklinePoints }, () => null),
};

const notAsked: Sparkline = { cpuCores: [], requestsPerSecond: [] };

const noReferences: Awaited<ReturnType<OverviewSources['variables']['listReferences']>> = {
  toServices: [],
  toResources: [],
};

type InstancesOf = (serviceId: string) => RuntimeInstance[] | null;

const fieldOf: Record<ServiceStatus, Exclude<keyof ProjectHealth, 'services'>> = {
  empty: 'stopped',
  stopped: 'stopped',
  deploying: 'deploying',
  running: 'running',
  degraded: 'failing',
  crashed: 'failing',
  failed: 'failing',
};

function latestOf({ latest }: OverviewRow): ServiceOverview['latestDeployment'] {
  if (latest === null) return null;
  const { run, releaseState, createdAt, ...facts } = latest;
  return {
    ...facts,
    status: deploymentStatus(run, releaseState),
    currentStep: run.currentStep,
    reason: run.reason,
    createdAt: new Date(createdAt).toISOString(),
    finishedAt: run.finishedAt === null ? null : new Date(run.finishedAt).toISOString(),
  };
}

export type OverviewService = ReturnType<typeof createOverviewService>;

/** What people see at one glance: a canvas, and the health of projects. */
export function createOverviewService(options: OverviewServiceOptions) {
  const { db, runtime, projects, logger, urlOf, metrics, variables, comparison, kinds } = options;

  /** What is only beside the state of the services: a secret of one that cannot be read must not hide all the others. */
  async function beside<T>(what: string, asked: Promise<T>, otherwise: T): Promise<T> {
    return await asked.catch((error: unknown) => {
      logger.error({ err: error, what }, 'an overview without a part of it');
      return otherwise;
    });
  }

  /** Null where it cannot be known, since the runtime does not answer: what the database knows is shown all the same. */
  async function listInstances(): Promise<InstancesOf> {
    try {
      const { seen, away } = await listAnswering(runtime, AbortSignal.timeout(runtimeTimeoutMs));
      const groups = Map.groupBy(seen, ({ labels }) => labels.serviceId);
      return (serviceId) => groups.get(serviceId) ?? (away === undefined ? [] : null);
    } catch (error) {
      logger.warn({ err: error }, 'an overview without instances: the runtime does not answer');
      return () => null;
    }
  }

  function judgeRow(row: OverviewRow, instancesOf: InstancesOf): JudgedService {
    const { kind, desiredState, activeReleaseId } = row;
    const { replicas, processes } = serviceSettings.parse(row.settings);
    return judgeService(
      {
        kind,
        desiredState,
        activeReleaseId,
        latestDeployment: latestOf(row),
        wanted: countInstances(kind, row.processes ?? [], { replicas, processes }),
        instances: instancesOf(row.id),
        fault: row.fault,
        lastCronRun: row.cron,
      },
      Date.now(),
    );
  }

  return {
    async get(
      organizationId: string,
      projectId: string,
      { environmentId, usage }: { environmentId?: string | undefined; usage: boolean },
    ): Promise<Overview> {
      const environment = await projects.getEnvironmentOf(organizationId, projectId, environmentId);
      const [rows, resources, instancesOf, references, changed] = await Promise.all([
        listOverviewRows(db, organizationId, { environmentId: environment.id }),
        listResources(db, kinds, organizationId, { environmentId: environment.id }),
        listInstances(),
        beside('links', variables.listReferences(organizationId, environment.id), noReferences),
        beside('changes', comparison.listUndeployed(organizationId, environment.id), new Set<string>()),
      ]);
      const ids = rows.map(({ id }) => id);
      const noUsage: ReadonlyMap<string, Sparkline> = new Map();
      const sparklines = usage ? await beside('usage', metrics.sparklines(organizationId, ids), noUsage) : noUsage;
      const services = rows.map(
        (row): ServiceOverview => ({
          id: row.id,
          name: row.name,
          kind: row.kind,
          url: row.hostLabel === null ? null : urlOf(row.hostLabel),
          environmentId: row.environmentId,
          desiredState: row.desiredState,
          ...judgeRow(row, instancesOf),
          latestDeployment: latestOf(row),
          activeDeployment:
            row.active === null ? null : { ...row.active, activatedAt: row.activatedAt?.toISOString() ?? null },
          hasUndeployedChanges: changed.has(row.id),
          sparkline: usage ? (sparklines.get(row.id) ?? nothingKnown) : notAsked,
        }),
      );
      const toServices = references.toServices.map(({ fromServiceId: from, toServiceId: to, variables }) => ({
        from,
        to,
        variables,
      }));
      const toResources = references.toResources.flatMap(({ fromServiceId: from, toResource, variables }) => {
        const to = resourceNamed(resources, toResource)?.id;
        return to === undefined ? [] : [{ from, to, variables }];
      });
      return {
        environmentId: environment.id,
        services,
        cloudResources: resources.map(({ view }) => view),
        links: [...toServices, ...toResources, ...linksBetween(resources)],
      };
    },

    /** How the services of each of these projects are. */
    async healthOf(organizationId: string, projectIds: readonly string[]): Promise<ReadonlyMap<string, ProjectHealth>> {
      const health = new Map<string, ProjectHealth>();
      if (projectIds.length === 0) return health;
      const [rows, instancesOf] = await Promise.all([
        listOverviewRows(db, organizationId, { projectIds }),
        listInstances(),
      ]);
      for (const row of rows) {
        const sum = health.get(row.projectId) ?? { services: 0, running: 0, deploying: 0, failing: 0, stopped: 0 };
        sum.services++;
        sum[fieldOf[judgeRow(row, instancesOf).status]]++;
        health.set(row.projectId, sum);
      }
      return health;
    },
  };
}
