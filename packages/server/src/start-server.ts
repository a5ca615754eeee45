import { join } from 'node:path';
import { type AgentClient, createAgentClients } from '@davit/agent/client';
import { lowerOwnOomScore } from '@davit/agent/oom-score';
import type { AgentInfo } from '@davit/agent/protocol';
import { pino } from 'pino';
import { explainAgentErrors } from './adapters/agent-process/agent-errors.ts';
import { type AgentProcess, createAgentProcess } from './adapters/agent-process/agent-process.ts';
import { createApp } from './app.ts';
import { type Config, loadConfig } from './config/config.ts';
import { hostEnvironment } from './config/host-environment.ts';
import { loadSecrets, type Secrets } from './config/secret-files.ts';
import type { Logger } from './kernel/logger.ts';
import { makePassableFolder } from './kernel/passable-folder.ts';
import { version } from './kernel/version.ts';
import { noteDatabase, refuseNewCluster } from './known-database.ts';
import { writeSettingsInUse } from './known-settings.ts';
import { adaptToMove } from './moved-folder.ts';
import { checkRootKey } from './platform/crypto/root-key.ts';
import { createDatabase, type Database } from './platform/db/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './platform/db/embedded-postgres.ts';
import { migrate } from './platform/db/migrate.ts';
import { stopHttpServer } from './platform/http/stop-http-server.ts';
import { refuseOtherDatabase } from './refuse-other-database.ts';
import { removeServerFile, writeServerFile } from './server-file.ts';
import { shareAuthorities } from './shared-authorities.ts';
import { startErrors } from './start-errors.ts';

export interface RunningServer {
  url: string;
  /** Ordered: streams and requests end, runs are handed over, the database last. The agent and all that it runs go on. */
  stop(): Promise<void>;
}

const httpDeadlineMs = 10_000;
const runsDeadlineMs = 10_000;
// What PostgreSQL keeps for davit's tools besides the pool.
const spareConnections = 10;

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

interface OpenedDatabase {
  database: Database;
  embedded: EmbeddedPostgres | undefined;
}

async function openDatabase(config: Config, logger: Logger): Promise<OpenedDatabase> {
  const { url, maxConnections, minConnections, maxLifetimeSeconds } = config.database;
  const embedded =
    url === undefined
      ? await startEmbeddedPostgres({
          dataDir: config.paths.dataDir,
          runtimeDir: config.paths.runtimeDir,
          maxConnections: maxConnections + spareConnections,
          beforeNewCluster: () => refuseNewCluster(config.paths.dataDir),
          logger,
        })
      : undefined;
  const connectionString = url ?? embedded?.connectionString ?? '';
  return {
    database: createDatabase({ connectionString, maxConnections, minConnections, maxLifetimeSeconds }),
    embedded,
  };
}

/** After a refusal: a PostgreSQL that ran before runs on, and one that this process has started does not outlive it. */
async function closeDatabase({ database, embedded }: OpenedDatabase): Promise<void> {
  await database.close();
  await (embedded?.status().adopted ? embedded.release() : embedded?.stop());
}

/** Applications that cannot be kept apart from davit's own user must not be within the reach of a network. */
function refuseOpenHost(config: Config, agent: AgentInfo): void {
  const { type, caddy } = config.proxy;
  const before = type === 'caddy' ? [caddy.host ?? '0.0.0.0'] : [];
  const open = [config.http.host, config.proxy.host, ...before].find((host) => !loopback.test(host));
  if (open === undefined || agent.isolation.level !== 'none') return;
  throw startErrors.HOST_NEEDS_ISOLATION({
    message: `davit was to listen on ${open}, but processes cannot be kept apart here. ${agent.isolation.missing.join(' ')}`,
  });
}

function sayIsolation(agent: AgentInfo, logger: Logger): void {
  const { level, limits, missing } = agent.isolation;
  const fields = { isolation: level, limits, missing };
  if (missing.length === 0) logger.info(fields, 'services are kept apart');
  else logger.warn(fields, 'services are not fully kept apart on this machine');
}

async function withSharedAuthorities(config: Config): Promise<Config> {
  const { dataDir, extraCaFile } = config.paths;
  if (extraCaFile === undefined) return config;
  return { ...config, paths: { ...config.paths, extraCaFile: await shareAuthorities(extraCaFile, dataDir) } };
}

/** Makes the database and the agent this server's, or refuses before anything is changed that it must not change. */
async function takeOver(options: {
  config: Config;
  secrets: Secrets;
  database: Database;
  client: AgentClient;
  agentProcess: AgentProcess;
  logger: Logger;
}): Promise<AgentInfo> {
  const { config, secrets, database, client, agentProcess, logger } = options;
  await refuseOtherDatabase({ config, pool: database.pool, agent: client, logger });
  await migrate({ pool: database.pool, logger });
  // Not before: an older davit that the database is too new for leaves the agent alone.
  const agent = await agentProcess.renew();
  refuseOpenHost(config, agent);
  sayIsolation(agent, logger);
  await checkRootKey(database.db, secrets.rootKey);
  await adaptToMove({ config, db: database.db, logger });
  await noteDatabase(config, database.pool);
  return agent;
}

/** Starts everything that davit needs, in order, and listens. */
export async function startServer({ ownerName }: { ownerName: string }): Promise<RunningServer> {
  const loaded = loadConfig();
  // First: PostgreSQL and the agent inherit it.
  lowerOwnOomScore();
  const logger = pino({ level: loaded.logLevel, base: { pid: process.pid } });
  for (const notice of loaded.notices) logger.warn(notice);
  const config = await withSharedAuthorities(loaded);
  const { dataDir, buildDir, agentSocket } = config.paths;
  const secrets = await loadSecrets(config);
  const folders = [
    buildDir,
    join(dataDir, 'cache'),
    join(dataDir, 'toolchains'),
    join(dataDir, 'stacks'),
    join(dataDir, 'modules'),
  ];
  for (const folder of folders) await makePassableFolder(folder);

  const clients = createAgentClients({ socketPath: agentSocket });
  const client = explainAgentErrors(clients.agent);
  const agentProcess = createAgentProcess({
    client,
    socketPath: agentSocket,
    stateDir: join(dataDir, 'agent'),
    proxy: { hosts: [config.proxy.host], port: config.proxy.port },
    folderRoots: folders,
    environment: hostEnvironment(),
    startsAgent: config.startsAgent,
    logger,
  });
  // The database and the agent do not need each other: the slower one decides how long a start takes.
  const agentStarts = agentProcess.start();
  agentStarts.catch(() => {});
  const opened = await openDatabase(config, logger).catch(async (error: unknown) => {
    // Also a server that has lost its database leaves an agent, which goes on with what it was told.
    await agentStarts.catch(() => {});
    throw error;
  });
  const { database, embedded } = opened;
  const agent = await agentStarts
    .then(() => takeOver({ config, secrets, database, client, agentProcess, logger }))
    .catch(async (error: unknown) => {
      await closeDatabase(opened);
      throw error;
    });

  const app = await createApp({
    config,
    secrets,
    database,
    agent: client,
    agentLooks: explainAgentErrors(clients.looks),
    proxyPort: agent.proxy?.port ?? config.proxy.port,
    hostEnvironment: hostEnvironment(),
    logger,
    version,
    ownerName,
  });
  agentProcess.onReplaced((info) => app.agentReplaced(info));
  // First the port: a server that does not get it must not have taken runs from another.
  await app.server.listen({ host: config.http.host, port: config.http.port });
  await app.start();
  const address = app.server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.http.port;
  const url = config.http.baseUrl ?? `http://localhost:${port}`;
  // The claim token first: who finds the server by its file finds the token too.
  const claim = await app.claim.prepare();
  await writeSettingsInUse(dataDir);
  await writeServerFile(dataDir, { url, port, version });
  if (claim !== null)
    process.stdout.write(`Nobody owns this davit yet. Claim token: ${claim.token} (also in ${claim.path})\n`);
  logger.info({ url, version }, 'davit is ready');

  return {
    url,
    async stop() {
      logger.info({}, 'stopping');
      await removeServerFile(dataDir);
      const http = stopHttpServer(app.server, httpDeadlineMs);
      await Promise.all([http, app.stop(runsDeadlineMs)]);
      await agentProcess.stop();
      await client.close();
      await database.close();
      await embedded?.stop();
      logger.info({}, 'stopped; services go on');
    },
  };
}
