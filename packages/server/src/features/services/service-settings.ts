import { Cron } from 'croner';
import { z } from 'zod';

/** A command is the user's own shell text, run for the user's own service in its own sandbox. */
const command = z
  .string()
  .trim()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes('\0'), 'must not contain a NUL byte');

/** A folder or file inside the source: relative, `/`-separated, and never above it. */
export const pathInSource = z
  .string()
  .max(1024)
  .refine((path) => !/[\\\0-\x1f]/.test(path), 'must not contain backslashes or control characters')
  .refine((path) => !path.startsWith('/'), 'must be relative to the top of the source')
  .refine((path) => !path.split('/').includes('..'), 'must not contain ".."');

const httpPath = z
  .string()
  .max(1024)
  .regex(/^\/[\x21-\x7e]*$/, 'must begin with / and have no spaces');

const cronExpression = z
  .string()
  .max(120)
  .refine((text) => {
    try {
      return new Cron(text, { paused: true, timezone: 'UTC' }).nextRun() !== null;
    } catch {
      return false;
    }
  }, 'must be a cron expression with a next time, such as "*/5 * * * *" (UTC)');

const buildSettings = z.strictObject({
  installCommand: command.nullable().default(null),
  buildCommand: command.nullable().default(null),
  startCommand: command.nullable().default(null),
  dockerfilePath: pathInSource.nullable().default(null),
  /** Glob patterns; when set, a deployment that is asked for "if changed" goes on only when one of these files did. */
  watchPaths: z.array(pathInSource.min(1)).max(50).default([]),
  timeoutMinutes: z.int().min(1).max(240).default(30),
});

const healthCheckSettings = z.strictObject({
  /** Answers 2xx or 3xx when the service is well; null: an accepted connection is enough. */
  path: httpPath.nullable().default(null),
  intervalSeconds: z.number().min(0.1).max(60).default(0.25),
  timeoutSeconds: z.int().min(1).max(3600).default(60),
});

/** Everything about a service that is not its source, its variables or its name. Stored whole; a release keeps a copy. */
export const serviceSettings = z
  .strictObject({
    build: buildSettings.prefault({}),
    /** A port that the application insists on; null: it reads PORT, which every runtime can give. */
    port: z.int().min(1).max(65_535).nullable().default(null),
    /** Instances of the main process. */
    replicas: z.int().min(0).max(50).default(1),
    /** Instances of the other processes of a Procfile, by name; 1 for those that are not named. */
    processes: z.record(z.string().regex(/^[A-Za-z0-9_-]{1,40}$/), z.int().min(0).max(50)).default({}),
    memoryMb: z.int().min(16).max(1_048_576).nullable().default(null),
    cpus: z.number().min(0.05).max(256).nullable().default(null),
    healthCheck: healthCheckSettings.prefault({}),
    restart: z
      .strictObject({
        policy: z.enum(['always', 'on-failure', 'never']).default('always'),
        /** In a row; a minute of running starts the count anew. */
        maxRestarts: z.int().min(0).max(1000).default(10),
      })
      .prefault({}),
    releaseCommand: command.nullable().default(null),
    /** How long open requests of the old release may go on after the switch. */
    drainSeconds: z.int().min(0).max(3600).default(30),
    /** From SIGTERM to SIGKILL. */
    stopGraceSeconds: z.int().min(0).max(600).default(10),
    /** When a cron service runs, in UTC. */
    schedule: cronExpression.nullable().default(null),
    logRetention: z
      .strictObject({
        maxMegabytes: z.int().min(1).max(102_400).default(256),
        maxDays: z.int().min(1).max(3650).default(14),
      })
      .prefault({}),
  })
  .meta({ id: 'ServiceSettings' });
export type ServiceSettings = z.infer<typeof serviceSettings>;

/** Changes to settings: what is absent stays; what is null goes back to its default where null is not a value of its own. */
export const serviceSettingsPatch = z
  .strictObject({
    build: z
      .strictObject({
        installCommand: command.nullable(),
        buildCommand: command.nullable(),
        startCommand: command.nullable(),
        dockerfilePath: pathInSource.nullable(),
        watchPaths: z.array(pathInSource.min(1)).max(50),
        timeoutMinutes: z.int().min(1).max(240),
      })
      .partial(),
    port: serviceSettings.shape.port.unwrap(),
    replicas: serviceSettings.shape.replicas.unwrap(),
    processes: serviceSettings.shape.processes.unwrap(),
    memoryMb: serviceSettings.shape.memoryMb.unwrap(),
    cpus: serviceSettings.shape.cpus.unwrap(),
    healthCheck: z
      .strictObject({
        path: httpPath.nullable(),
        intervalSeconds: healthCheckSettings.shape.intervalSeconds.unwrap(),
        timeoutSeconds: healthCheckSettings.shape.timeoutSeconds.unwrap(),
      })
      .partial(),
    restart: z
      .strictObject({ policy: z.enum(['always', 'on-failure', 'never']), maxRestarts: z.int().min(0).max(1000) })
      .partial(),
    releaseCommand: command.nullable(),
    drainSeconds: serviceSettings.shape.drainSeconds.unwrap(),
    stopGraceSeconds: serviceSettings.shape.stopGraceSeconds.unwrap(),
    schedule: cronExpression.nullable(),
    logRetention: z
      .strictObject({ maxMegabytes: z.int().min(1).max(102_400), maxDays: z.int().min(1).max(3650) })
      .partial(),
  })
  .partial()
  .meta({ id: 'ServiceSettingsPatch' });
export type ServiceSettingsPatch = z.infer<typeof serviceSettingsPatch>;

/** `settings` with the fields of `patch` put over them, one level deep for groups; `processes` is replaced whole. */
export function mergeSettings(settings: ServiceSettings, patch: ServiceSettingsPatch): ServiceSettings {
  const { build, healthCheck, restart, logRetention, ...rest } = patch;
  return serviceSettings.parse({
    ...settings,
    ...rest,
    build: { ...settings.build, ...build },
    healthCheck: { ...settings.healthCheck, ...healthCheck },
    restart: { ...settings.restart, ...restart },
    logRetention: { ...settings.logRetention, ...logRetention },
  });
}
