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

/** Fields that say how a response is framed, or that only a proxy may set. */
const reservedField =
  /^(?:connection|content-length|content-encoding|date|keep-alive|set-cookie|te|trailer|transfer-encoding|upgrade|x-request-id)$/i;

/** Put over those of the application, for every address of the service. */
const responseHeaders = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of a header field')
      .refine((name) => !reservedField.test(name), 'is a field that davit or the application must set itself'),
    z.string().regex(/^[\x20-\x7e]{1,2048}$/, 'must be 1 to 2048 printable ASCII characters'),
  )
  .refine((headers) => Object.keys(headers).length <= 32, 'at most 32 fields')
  .refine(
    (headers) => new Set(Object.keys(headers).map((name) => name.toLowerCase())).size === Object.keys(headers).length,
    'the same field twice, in another case',
  );

/** The path of a Dockerfile: plain, so that it means the same to every program that is given it. */
const dockerfilePath = pathInSource.regex(
  /^[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]*(?:\/[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]*)*$/,
  'must be a path of letters, digits and . _ - + @ without a dash at the beginning of a name',
);

/** A stage of a Dockerfile: its name or its number. */
const buildTarget = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be the name of a stage: letters, digits and . _ -');

/** Arguments of a Dockerfile. They stay in the image, so they are no place for secrets; some names BuildKit itself obeys. */
const buildArgs = z
  .record(
    z
      .string()
      .max(128)
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be letters, digits and _, without a digit at the beginning')
      .refine((name) => !/^(?:BUILDKIT|DAVIT|SOURCE_DATE_EPOCH)/i.test(name), 'is reserved'),
    z
      .string()
      .max(4096)
      .refine((value) => !/[\0-\x1f\x7f]/.test(value), 'must not contain line breaks or control characters'),
  )
  .refine((values) => Object.keys(values).length <= 50, 'must be at most 50');

/** What the image runs on. */
const imagePlatforms = [
  'linux/amd64',
  'linux/arm64',
  'linux/arm/v7',
  'linux/386',
  'linux/ppc64le',
  'linux/s390x',
] as const;

const buildSettings = z.strictObject({
  installCommand: command.nullable().default(null),
  buildCommand: command.nullable().default(null),
  startCommand: command.nullable().default(null),
  /** Who finds out how an image is built; null: davit, by the Dockerfile or what is in the source. */
  builder: z.enum(['railpack']).nullable().default(null),
  /** Relative to the root folder; null: `Dockerfile`, when it is there. */
  dockerfilePath: dockerfilePath.nullable().default(null),
  target: buildTarget.nullable().default(null),
  buildArgs: buildArgs.default({}),
  /** Of the image; null: that of the machine which builds it. */
  platform: z.enum(imagePlatforms).nullable().default(null),
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
    /** Of a container: nothing in it can be written but /tmp. */
    readOnlyRoot: z.boolean().default(false),
    releaseCommand: command.nullable().default(null),
    /** Header fields of every response, such as Strict-Transport-Security. */
    responseHeaders: responseHeaders.default({}),
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
        builder: z.enum(['railpack']).nullable(),
        dockerfilePath: dockerfilePath.nullable(),
        target: buildTarget.nullable(),
        /** Replaced whole. */
        buildArgs,
        platform: z.enum(imagePlatforms).nullable(),
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
    readOnlyRoot: z.boolean(),
    releaseCommand: command.nullable(),
    /** All of them: those that are not named here are no longer set. */
    responseHeaders,
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

/** `settings` with the fields of `patch` put over them, one level deep for groups; `processes` and `responseHeaders` are replaced whole. */
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
