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
    sparkline: z
      .strictObject({ cpuCores: points, requestsPerSecond: points })
      .meta({ description: '30 points of the last hour, oldest first; null where nothing is known.' }),
  })
  .meta({ id: 'ServiceOverview' });
export type ServiceOverview = z.infer<typeof serviceOverviewSchema>;

export const overviewSchema = z
  .strictObject({
    environmentId: z.string(),
    services: z.array(serviceOverviewSchema),
    links: z
      .array(
        z
          .strictObject({ from: z.string(), to: z.string(), variables: z.array(z.string()) })
          .meta({ description: 'Variables of the service `from` that refer to the service `to`.' }),
      )
      .meta({ id: 'ServiceLinks' }),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof overviewSchema>;
