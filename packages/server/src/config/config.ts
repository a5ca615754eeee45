import { join, resolve } from 'node:path';
import { configErrors } from './config-errors.ts';
import { findDefaultDataDir } from './data-dir.ts';
import type { Setting } from './setting.ts';
import { plannedSettings, settings } from './settings.ts';

type Values = { [Name in keyof typeof settings]: (typeof settings)[Name] extends Setting<infer T> ? T : never };

/** What the environment says, read and checked. Times are in seconds, paths are absolute. */
export interface Config {
  http: {
    host: string;
    /** 0: the system chooses. */
    port: number;
    /** Without a slash at its end; undefined: `http://localhost` with the port that is listened on. */
    baseUrl: string | undefined;
    trustedProxies: readonly string[];
    rateLimit: { requests: number; windowSeconds: number };
  };
  proxy: { host: string; port: number; baseDomain: string };
  /** False where somebody else keeps the agent running. */
  startsAgent: boolean;
  runOutputDays: number;
  prometheus: {
    /** Undefined: davit's own figures. */
    url: string | undefined;
    targetsDir: string | undefined;
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
  };
  runtime: Values['RUNTIME'];
  workerConcurrency: number;
  allowInsecureGit: boolean;
  /** Addresses and networks that davit calls for people although they are not public. */
  outboundNetworks: readonly string[];
  /** Secrets given from outside; `loadSecrets` finds or makes the others. Never to be logged. */
  givenSecrets: { jwtSecret: string | undefined; rootKey: Buffer | undefined; rootKeyFile: string | undefined };
  /** To be logged at start: variables that are set and have no effect. */
  notices: readonly string[];
}

interface Fault {
  name: string;
  /** What is wrong, then what is expected. Holds no secret. */
  detail: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that is set to nothing is unset, as Compose files make them. */
function textOf(env: Environment, name: string): string | undefined {
  return env[name] || undefined;
}

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

/** Rules between variables. Only values that are valid by themselves are compared. */
function checkTogether(values: Partial<Values>, faults: Fault[]): void {
  const { PORT, PROXY_PORT, DB_MAX_IDLE_CONNS = 0, DB_MAX_OPEN_CONNS = Infinity } = values;
  if (PORT !== undefined && PORT !== 0 && PORT === PROXY_PORT) {
    faults.push({ name: 'PROXY_PORT', detail: `${PORT} is PORT too; expected another port` });
  }
  const { BASE_URL, BASE_DOMAIN } = values;
  const ownHost = BASE_URL === undefined ? undefined : new URL(BASE_URL).hostname.replace(/\.$/, '');
  // A service may get any name there; cookies know no ports, so its program would be sent those of whoever is signed in here.
  if (ownHost?.endsWith(`.${BASE_DOMAIN}`)) {
    faults.push({
      name: 'BASE_URL',
      detail: `${ownHost} is a host name that a service can have; expected one that is not below BASE_DOMAIN (${BASE_DOMAIN}), or another BASE_DOMAIN, such as apps.${BASE_DOMAIN}`,
    });
  }
  if (DB_MAX_IDLE_CONNS > DB_MAX_OPEN_CONNS) {
    faults.push({
      name: 'DB_MAX_IDLE_CONNS',
      detail: `${DB_MAX_IDLE_CONNS} is more than DB_MAX_OPEN_CONNS; expected at most ${DB_MAX_OPEN_CONNS}`,
    });
  }
  if ((values.JWT_ACCESS_EXPIRY ?? 0) > (values.JWT_REFRESH_EXPIRY ?? Infinity)) {
    faults.push({ name: 'JWT_REFRESH_EXPIRY', detail: 'is shorter than JWT_ACCESS_EXPIRY; expected a longer time' });
  }
  if (values.ROOT_KEY && values.ROOT_KEY_FILE) {
    faults.push({ name: 'ROOT_KEY_FILE', detail: 'ROOT_KEY is set too; expected one of them' });
  }
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
export function loadConfig(given: Environment = process.env, uid: number | undefined = process.getuid?.()): Config {
  const faults: Fault[] = [];
  // A machine whose Node needs another authority has builds that need it too.
  const env = { ...given, EXTRA_CA_FILE: textOf(given, 'EXTRA_CA_FILE') ?? textOf(given, 'NODE_EXTRA_CA_CERTS') };
  const read = Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, readSetting(name, setting, env, faults)]),
  ) as Partial<Values>;
  checkTogether(read, faults);
  const notices = checkPlanned(env, faults);
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

function toConfig(values: Values, dataDir: string, runtimeDir: string | undefined, notices: readonly string[]): Config {
  return {
    http: {
      host: values.HOST,
      port: values.PORT,
      baseUrl: values.BASE_URL,
      trustedProxies: values.TRUSTED_PROXIES ?? [],
      rateLimit: { requests: values.RATE_LIMIT_REQUESTS, windowSeconds: values.RATE_LIMIT_WINDOW },
    },
    proxy: { host: values.PROXY_HOST ?? values.HOST, port: values.PROXY_PORT, baseDomain: values.BASE_DOMAIN },
    startsAgent: values.AGENT_SOCKET === undefined,
    runOutputDays: values.RUN_OUTPUT_DAYS,
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
    },
    runtime: values.RUNTIME,
    workerConcurrency: values.WORKER_CONCURRENCY,
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
