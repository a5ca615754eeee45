import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readAgentBuild } from '@davit/agent/build';
import type { AgentClient } from '@davit/agent/client';
import { CERTIFICATE_QUESTION_PATH } from '@davit/agent/protocol';
import type { Pool } from 'pg';
import { createNodeDns } from './adapters/dns/node/node-dns.ts';
import { findPulumi, pulumiFolders } from './adapters/iac/pulumi/pulumi-cli.ts';
import type { ObjectStore } from './adapters/object-store/object-store.ts';
import { createCaddyAdmin } from './adapters/proxy/caddy/caddy-admin.ts';
import { createProcessRuntime } from './adapters/runtime/process/process-runtime.ts';
import type { RootKind, RuntimeInstance } from './adapters/runtime/runtime.ts';
import { pushRegistryOf } from './app-builder.ts';
import { createEngineTools, imageFolderOf, networkIsolationOf } from './app-doctor-engine.ts';
import { createOperatorFetch } from './app-network.ts';
import type { Config } from './config/config.ts';
import { isOwnBackup, oldAfterMs } from './features/backups/index.ts';
import {
  type Check,
  type ClockServer,
  createAgentBuildCheck,
  createBackupCheck,
  createCaddyCheck,
  createCertificateCheck,
  createDatabaseCheck,
  createDiskCheck,
  createDnsCheck,
  createHttpClockCheck,
  createLeftoverCheck,
  createNetworkCheck,
  createProxyCheck,
  createRegistryCheck,
  createRuntimeCheck,
  createServerCheck,
  createToolCheck,
} from './features/doctor/index.ts';
import { createDomainCheck } from './features/domains/index.ts';
import { createServiceCheck, createServiceHealth } from './features/overview/index.ts';
import { systemClock } from './kernel/clock.ts';
import { ownNamesOf } from './own-names.ts';
import { queriesOver } from './platform/db/database.ts';
import { findInstallationId } from './platform/db/installation-id.ts';
import type { Migration } from './platform/db/migrate.ts';
import { findServerFile } from './server-file.ts';

export interface AppDoctorOptions {
  config: Config;
  /** Undefined: the embedded PostgreSQL does not run. */
  pool: Pool | undefined;
  agent: AgentClient;
  store: ObjectStore;
  migrations: readonly Migration[];
  /** Of each kind that there are. */
  readonly listInstances: (kind: RootKind, signal: AbortSignal) => Promise<readonly RuntimeInstance[]>;
  findRootKey(): Promise<Uint8Array | undefined>;
  hostEnvironment: Readonly<Record<string, string>>;
}

async function gitVersion(env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['--version'], { env, signal });
  return stdout.trim();
}

/** Whom davit speaks to anyway, or has Caddy speak to. */
function clockServersOf({ proxy: { caddy }, images: { registry } }: Config): ClockServer[] {
  const { directoryUrl, rootFile } = caddy.acme;
  return [
    { url: directoryUrl, readCa: rootFile === undefined ? undefined : () => readFile(rootFile, 'utf8') },
    ...(registry === undefined ? [] : [{ url: new URL('/v2/', registry.url).href }]),
  ];
}

const ownAddresses = () =>
  Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []);

/** Everything that `davit admin doctor` and the server look at. */
export function createDoctorChecks(options: AppDoctorOptions): Record<string, Check> {
  const { config, agent, store, hostEnvironment } = options;
  const { dataDir, buildDir } = config.paths;
  const { baseUrl } = config.http;
  const isServerRunning = async () => (await findServerFile(dataDir))?.isRunning ?? false;
  const registry = pushRegistryOf(config);
  const runtime = createProcessRuntime(agent);
  const folders = pulumiFolders(hostEnvironment['PATH'] ?? '');
  return {
    server: createServerCheck(() => findServerFile(dataDir)),
    database: createDatabaseCheck(options),
    runtime: createRuntimeCheck((signal) => runtime.describe(signal), isServerRunning),
    networks: createNetworkCheck((signal) => networkIsolationOf(options, signal)),
    agentBuild: createAgentBuildCheck({
      find: async (signal) => (await agent.info(signal)).build,
      readInstalled: readAgentBuild,
      serverStartsAgent: config.startsAgent,
    }),
    proxy: createProxyCheck(async (signal) => (await agent.info(signal)).proxy ?? undefined),
    ...(config.proxy.type === 'caddy' && {
      caddy: createCaddyCheck(async (signal) => {
        const { config: found } = await createCaddyAdmin(config.proxy.caddy.adminUrl).read(signal);
        return JSON.stringify(found).includes(CERTIFICATE_QUESTION_PATH);
      }),
    }),
    ...(options.pool && {
      services: createServiceCheck(
        createServiceHealth({ db: queriesOver(options.pool), list: options.listInstances }).look,
      ),
      domains: createDomainCheck(queriesOver(options.pool), ownNamesOf(config), () => systemClock.now()),
    }),
    disk: createDiskCheck(async (signal) => ({
      DATA_DIR: dataDir,
      BUILD_DIR: buildDir,
      Docker: await imageFolderOf(config, signal),
    })),
    clock: createHttpClockCheck({
      servers: clockServersOf(config),
      fetch: createOperatorFetch(config.paths.extraCaFile),
      ownAddresses,
      now: () => Number(systemClock.now()),
    }),
    dns: createDnsCheck({
      baseDomain: config.proxy.baseDomain,
      baseUrl,
      dns: createNodeDns(config.dnsServers),
      ownAddresses,
    }),
    registry: createRegistryCheck(registry && ((signal) => registry.images.test(signal))),
    certificate: createCertificateCheck(baseUrl, () => systemClock.now()),
    backups: createBackupCheck({
      async findOwner() {
        if (options.pool === undefined) throw new Error('the database does not run');
        return { id: await findInstallationId(options.pool) };
      },
      newest: async ({ id }, signal) =>
        (await store.list(signal)).find(({ name }) => isOwnBackup(name, id))?.modifiedAt,
      oldAfterMs,
    }),
    tools: createToolCheck([
      {
        check: 'tools.git',
        title: 'Git',
        version: (signal) => gitVersion(hostEnvironment, signal),
        mend: 'Install Git: without it no repository can be deployed.',
      },
      ...createEngineTools(options),
      {
        check: 'tools.pulumi',
        title: 'Pulumi CLI',
        version: async (signal) => `Pulumi ${(await findPulumi(folders, signal)).version}`,
        mend: 'Install the Pulumi CLI, where cloud resources are to be deployed; nothing else needs it.',
      },
    ]),
    leftovers: createLeftoverCheck({
      dataDir,
      agentDir: join(dataDir, 'agent'),
      findAgentPid: async (signal) => (await agent.info(signal)).pid,
    }),
  };
}
