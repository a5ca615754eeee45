import { join, resolve } from 'node:path';
import { configErrors } from './config-errors.ts';
import { findDefaultDataDir } from './data-dir.ts';
import type { BackupTarget, Setting } from './setting.ts';
import { checkTogether, type Fault, noticesOf, type Values } from './setting-rules.ts';
import { plannedSettings, settings } from './settings.ts';
import { textOf } from './settings-in-use.ts';

/** What the environment says, read and checked. Times are in seconds, paths are absolute. */
export interface Config {
  http: {
    host: string;
    /** 0: the system chooses. */
    port: number;
    /** Without a slash at its end; undefined: `http://localhost` with the port that is listened on. */
    baseUrl: string | undefined;
    trustedProxies: readonly string[];
    /** Of a proxy on this machine. Never to be logged. */
    trustedProxyToken: string | undefined;
    rateLimit: { requests: number; signIns: number; windowSeconds: number };
  };
  proxy: {
    type: Values['PROXY'];
    host: string;
    port: number;
    baseDomain: string;
    caddy: {
      adminUrl: string;
      /** Undefined: all addresses. */
      host: string | undefined;
      httpPort: number;
      httpsPort: number;
      acme: { directoryUrl: string; rootFile: string | undefined; email: string | undefined };
    };
  };
  /** DNS servers; none: those of the system. */
  dnsServers: readonly string[];
  /** False where somebody else keeps the agent running. */
  startsAgent: boolean;
  runOutputDays: number;
  /** Of entries that are in no organization's log. */
  platformAuditDays: number;
  prometheus: {
    /** Undefined: davit's own figures. */
    url: string | undefined;
    targetsDir: string | undefined;
  };
  backups: {
    target: BackupTarget;
    schedule: string | undefined;
    keep: number;
    s3: {
      endpoint: string | undefined;
      region: string;
      accessKeyId: string | undefined;
      /** Never to be logged. */
      secretAccessKey: string | undefined;
    };
  };
  paths: {
    dataDir: string;
    buildDir: string;
    agentSocket: string;
    /** XDG_RUNTIME_DIR: the user's own folder for sockets. */
    runtimeDir: string | undefined;
    extraCaFile: string | undefined;
  };
  logLevel: Values['LOG_LEVEL'];
  database: {
    /** Undefined: the embedded PostgreSQL. */
    url: string | undefined;
    maxConnections: number;
    minConnections: number;
    maxLifetimeSeconds: number;
  };
  auth: {
    accessExpirySeconds: number;
    refreshExpirySeconds: number;
    openRegistration: boolean;
    organizationsPerAccount: number;
  };
  runtime: Values['RUNTIME'];
  docker: {
    host: string;
    /** Where environments get their networks from. */
    networks: string;
  };
  /** Of an instance of a service that says nothing itself. */
  instances: {
    /** Undefined: by the memory of this machine. */
    memoryMb: number | undefined;
    cpus: number | undefined;
    /** 0: no limit. */
    diskMb: number;
  };
  images: {
    /** Undefined: the engine builds. */
    buildkitAddress: string | undefined;
    /** By the name of their stage. */
    baseImages: Readonly<Record<string, string>>;
    registry:
      | {
          url: string;
          username: string | undefined;
          /** Never to be logged. */
          password: string | undefined;
        }
      | undefined;
  };
  builds: {
    concurrency: number;
    freeMemoryBytes: number;
    freeDiskBytes: number;
    memoryBytes: number | undefined;
    cpus: number | undefined;
  };
  workerConcurrency: number;
  /** Milliseconds. */
  runLeaseMs: number;
  /** Milliseconds. */
  runPatienceMs: number;
  allowInsecureGit: boolean;
  /** Addresses and networks that davit calls for people although they are not public. */
  outboundNetworks: readonly string[];
  /** Secrets given from outside; `loadSecrets` finds or makes the others. Never to be logged. */
  givenSecrets: { jwtSecret: string | undefined; rootKey: Buffer | undefined; rootKeyFile: string | undefined };
  /** To be logged at start: variables that are set and have no effect. */
  notices: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

function readSetting(name: string, setting: Setting<unknown>, env: Environment, faults: Fault[]): unknown {
  const given = textOf(env, name);
  const text = given ?? setting.default;
  if (text === undefined) return undefined;
  const result = setting.schema.safeParse(text);
  if (result.success) return result.data;
  const value = setting.secret ? 'the value (not shown)' : JSON.stringify(text);
  const problem = setting.planned.includes(text) ? 'is not available in this version of davit' : 'is not valid';
  faults.push({ name, detail: `${value} ${problem}; expected ${setting.schema.description}` });
  return undefined;
}

/** Those that only davit reads are faults; those that other programs read too are told. */
function checkPlanned(env: Environment, faults: Fault[]): string[] {
  const notices: string[] = [];
  for (const { names, part, shared } of plannedSettings) {
    for (const name of names.filter((each) => textOf(env, each) !== undefined)) {
      if (shared) notices.push(`${name} has no effect: ${part} is not available in this version of davit.`);
      else faults.push({ name, detail: `${part} is not available in this version of davit; expected to be unset` });
    }
  }
  return notices;
}

/**
 * Reads and checks the whole environment: the only place that does. All that is wrong is reported at once, by name, with
 * what is expected; secrets are not shown.
 *
 * @throws AppError CONFIG_INVALID
 */
export function loadConfig(env: Environment = process.env, uid: number | undefined = process.getuid?.()): Config {
  const faults: Fault[] = [];
  const read = Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, readSetting(name, setting, env, faults)]),
  ) as Partial<Values>;
  checkTogether(read, faults);
  const notices = [...checkPlanned(env, faults), ...noticesOf(read)];
  const dataDir = read.DATA_DIR ?? findDefaultDataDir(env, uid);
  if (dataDir === undefined) faults.push({ name: 'DATA_DIR', detail: 'HOME is unset too; expected a folder' });
  if (faults.length > 0 || dataDir === undefined) throw invalid(faults);
  return toConfig(read as Values, resolve(dataDir), textOf(env, 'XDG_RUNTIME_DIR'), notices);
}

function invalid(faults: readonly Fault[]): Error {
  const lines = faults.map(({ name, detail }) => `  ${name}: ${detail}`);
  return configErrors.CONFIG_INVALID({
    message: `Environment variables are wrong:\n${lines.join('\n')}`,
    fields: faults.map(({ name, detail }) => ({ pointer: `/${name}`, detail })),
  });
}

const megabyte = 1024 * 1024;

function toConfig(values: Values, dataDir: string, runtimeDir: string | undefined, notices: readonly string[]): Config {
  return {
    http: {
      host: values.HOST,
      port: values.PORT,
      baseUrl: values.BASE_URL,
      trustedProxies: values.TRUSTED_PROXIES ?? [],
      trustedProxyToken: values.TRUSTED_PROXY_TOKEN,
      rateLimit: {
        requests: values.RATE_LIMIT_REQUESTS,
        signIns: values.RATE_LIMIT_SIGN_IN,
        windowSeconds: values.RATE_LIMIT_WINDOW,
      },
    },
    proxy: {
      type: values.PROXY,
      // Behind Caddy nobody else needs to reach it.
      host: values.PROXY_HOST ?? (values.PROXY === 'caddy' ? '127.0.0.1' : values.HOST),
      port: values.PROXY_PORT,
      baseDomain: values.BASE_DOMAIN,
      caddy: {
        adminUrl: values.CADDY_ADMIN_URL,
        host: values.CADDY_HOST,
        httpPort: values.CADDY_HTTP_PORT,
        httpsPort: values.CADDY_HTTPS_PORT,
        acme: {
          directoryUrl: values.ACME_DIRECTORY_URL,
          rootFile: values.ACME_ROOT_FILE,
          email: values.ACME_EMAIL,
        },
      },
    },
    dnsServers: values.DNS_RESOLVER ?? [],
    startsAgent: values.AGENT_SOCKET === undefined,
    runOutputDays: values.RUN_OUTPUT_DAYS,
    platformAuditDays: values.PLATFORM_AUDIT_DAYS,
    backups: {
      target: values.BACKUP_TO ?? { type: 'folder', folder: join(dataDir, 'backups') },
      schedule: values.BACKUP_SCHEDULE,
      keep: values.BACKUP_KEEP,
      s3: {
        endpoint: values.BACKUP_S3_ENDPOINT,
        region: values.BACKUP_S3_REGION,
        accessKeyId: values.BACKUP_S3_ACCESS_KEY_ID,
        secretAccessKey: values.BACKUP_S3_SECRET_ACCESS_KEY,
      },
    },
    prometheus: { url: values.PROMETHEUS_URL, targetsDir: values.PROMETHEUS_TARGETS_DIR },
    paths: {
      dataDir,
      buildDir: values.BUILD_DIR ?? join(dataDir, 'builds'),
      agentSocket: values.AGENT_SOCKET ?? join(dataDir, 'agent', 'agent.sock'),
      runtimeDir,
      extraCaFile: values.EXTRA_CA_FILE,
    },
    logLevel: values.LOG_LEVEL,
    database: {
      url: values.DATABASE_URL,
      maxConnections: values.DB_MAX_OPEN_CONNS,
      minConnections: values.DB_MAX_IDLE_CONNS,
      maxLifetimeSeconds: values.DB_CONN_MAX_LIFETIME,
    },
    auth: {
      accessExpirySeconds: values.JWT_ACCESS_EXPIRY,
      refreshExpirySeconds: values.JWT_REFRESH_EXPIRY,
      openRegistration: values.OPEN_REGISTRATION,
      organizationsPerAccount: values.ORGANIZATIONS_PER_ACCOUNT,
    },
    runtime: values.RUNTIME,
    docker: { host: values.DOCKER_HOST, networks: values.DOCKER_NETWORKS },
    instances: { memoryMb: values.SERVICE_MEMORY_MB, cpus: values.SERVICE_CPUS, diskMb: values.SERVICE_DISK_MB },
    images: {
      buildkitAddress: values.BUILDKIT_ADDRESS,
      baseImages: values.BASE_IMAGES ?? {},
      registry:
        values.REGISTRY_URL === undefined
          ? undefined
          : { url: values.REGISTRY_URL, username: values.REGISTRY_USERNAME, password: values.REGISTRY_PASSWORD },
    },
    builds: {
      concurrency: values.BUILD_CONCURRENCY,
      freeMemoryBytes: values.BUILD_MIN_FREE_MEMORY_MB * megabyte,
      freeDiskBytes: values.BUILD_MIN_FREE_DISK_MB * megabyte,
      memoryBytes: values.BUILD_MEMORY_MB === undefined ? undefined : values.BUILD_MEMORY_MB * megabyte,
      cpus: values.BUILD_CPUS,
    },
    workerConcurrency: values.WORKER_CONCURRENCY,
    runLeaseMs: values.RUN_LEASE * 1000,
    runPatienceMs: values.RUN_PATIENCE * 1000,
    allowInsecureGit: values.ALLOW_INSECURE_GIT,
    outboundNetworks: values.OUTBOUND_NETWORKS ?? [],
    givenSecrets: {
      jwtSecret: values.JWT_SECRET,
      rootKey: values.ROOT_KEY,
      rootKeyFile: values.ROOT_KEY_FILE,
    },
    notices,
  };
}
