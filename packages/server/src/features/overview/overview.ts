import { z } from 'zod';

export const serviceStatuses = [
  /** Nothing of it was ever brought into service. */
  'empty',
  /** A deployment is queued or under way, whatever serves meanwhile. */
  'deploying',
  'running',
  /** Some of its instances do not run, or what runs on a schedule failed the last time. */
  'degraded',
  /** None of its instances stays up. */
  'crashed',
  'stopped',
  /** Its deployments failed, and none ever served. */
  'failed',
] as const;
export type ServiceStatus = (typeof serviceStatuses)[number];

const commit = z
  .strictObject({ sha: z.string(), message: z.string().nullable(), author: z.string().nullable() })
  .nullable();
const points = z.array(z.number().nullable());

export const serviceOverviewSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['web', 'worker', 'cron']),
    url: z.string().nullable(),
    environmentId: z.string(),
    desiredState: z.enum(['running', 'stopped', 'deleted']),
    status: z.enum(serviceStatuses),
    statusDetail: z.string().nullable().meta({ description: 'One sentence, where the status alone does not say it.' }),
    replicas: z.strictObject({ running: z.int(), wanted: z.int() }).meta({ description: 'Over all of its processes.' }),
    latestDeployment: z
      .strictObject({
        id: z.string(),
        runId: z.string(),
        number: z.int(),
        status: z.enum(['queued', 'running', 'active', 'retired', 'skipped', 'failed', 'canceled', 'superseded']),
        currentStep: z.string().nullable(),
        reason: z.string().nullable(),
        commit,
        createdAt: z.iso.datetime(),
        finishedAt: z.iso.datetime().nullable(),
      })
      .nullable(),
    activeDeployment: z
      .strictObject({ id: z.string(), number: z.int(), commit, activatedAt: z.iso.datetime().nullable() })
      .nullable(),
    hasUndeployedChanges: z.boolean(),
    sparkline: z.strictObject({ cpuCores: points, requestsPerSecond: points }).meta({
      description:
        '30 points of the last hour, oldest first; null where nothing is known. None where usage was not asked for.',
    }),
  })
  .meta({ id: 'ServiceOverview' });
export type ServiceOverview = z.infer<typeof serviceOverviewSchema>;

export const cloudResourceStatuses = [
  /** It was never deployed, or what it made was destroyed. */
  'empty',
  'queued',
  /** An update of its stack is under way. */
  'updating',
  /** An update waits for somebody's decision. */
  'waiting_for_approval',
  /** The last update that changes something succeeded. */
  'deployed',
  /** It was deployed, and the last look at it found what is not as its state says. */
  'drifted',
  'failed',
  /** The last update that changes something was cut short. */
  'canceled',
  'deleting',
] as const;
export type CloudResourceStatus = (typeof cloudResourceStatuses)[number];

export const cloudResourceOverviewSchema = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    name: z.string(),
    provider: z.string().nullable().meta({ description: 'Null where its kind needs no credential, or is gone.' }),
    environmentId: z.string().nullable().meta({ description: 'Null: every environment may use its outputs.' }),
    environmentName: z.string().nullable(),
    projectId: z.string().nullable(),
    projectName: z.string().nullable(),
    status: z.enum(cloudResourceStatuses),
    statusDetail: z.string().nullable().meta({ description: 'One sentence, where the status alone does not say it.' }),
    outputCount: z.int(),
    resourceCount: z.int().meta({ description: 'Of its stack, as far as its state tells.' }),
    pendingCount: z.int().meta({ description: 'What was under way when an update was cut short.' }),
    hasUndeployedChanges: z.boolean().meta({ description: 'Its manifest is not the one that was deployed last.' }),
    latestUpdate: z
      .strictObject({
        id: z.string(),
        operation: z.string(),
        status: z.enum(['queued', 'in_progress', 'success', 'failed', 'canceled']),
        createdAt: z.iso.datetime(),
        finishedAt: z.iso.datetime().nullable(),
      })
      .nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'CloudResourceOverview' });
export type CloudResourceOverview = z.infer<typeof cloudResourceOverviewSchema>;

export const resourceUserSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    projectId: z.string(),
    environmentId: z.string(),
    variables: z.array(z.string()).meta({ description: 'That take outputs of the cloud resource.' }),
    hasUndeployedChanges: z.boolean(),
  })
  .meta({ id: 'CloudResourceUser' });
export type ResourceUser = z.infer<typeof resourceUserSchema>;

export const overviewSchema = z
  .strictObject({
    environmentId: z.string(),
    services: z.array(serviceOverviewSchema),
    cloudResources: z.array(cloudResourceOverviewSchema),
    links: z
      .array(
        z.strictObject({ from: z.string(), to: z.string(), variables: z.array(z.string()) }).meta({
          description: 'Of a service: its variables that refer to `to`. Of a cloud resource: its fields that do.',
        }),
      )
      .meta({ id: 'ServiceLinks' }),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof overviewSchema>;
