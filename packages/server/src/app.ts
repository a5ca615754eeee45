import { join } from 'node:path';
import type { AgentClient } from '@davit/agent/client';
import type { AgentInfo } from '@davit/agent/protocol';
import type { FastifyInstance } from 'fastify';
import { createPlanBuilder } from './adapters/builder/plan/plan-builder.ts';
import { createAgentExecutor } from './adapters/executor/agent/agent-executor.ts';
import { createAgentLogStore } from './adapters/log-store/agent/agent-log-store.ts';
import { createEmbeddedProxy } from './adapters/proxy/embedded/embedded-proxy.ts';
import { createProcessRuntime } from './adapters/runtime/process/process-runtime.ts';
import { tarArchives } from './adapters/source/archive/tar-archives.ts';
import { createGitSource } from './adapters/source/git/git-cli-source.ts';
import { parseSourceReference } from './adapters/source/source-reference.ts';
import { parseSourceUrl } from './adapters/source/source-url.ts';
import { createAppCanvas } from './app-canvas.ts';
import { createAppCleanups } from './app-cleanups.ts';
import { createAppCredentials } from './app-credentials.ts';
import { createHealthChecks } from './app-health.ts';
import { createAppInfrastructure } from './app-infrastructure.ts';
import { createAppJobs } from './app-jobs.ts';
import { createAppMetrics } from './app-metrics.ts';
import { networkEnvironment } from './app-network.ts';
import type { Config } from './config/config.ts';
import type { Secrets } from './config/secret-files.ts';
import {
  createAccessTokens,
  createAccountService,
  createApiTokenService,
  createAuthenticator,
  createAuthService,
  createClaim,
  createSessionService,
  createStandingCheck,
  moveSessionsAway,
  registerAuthRoutes,
  revokeMemberAccess,
} from './features/auth/index.ts';
import { createResourceOutputs } from './features/cloud-resources/index.ts';
import { createDeletionRunKinds } from './features/deletions/index.ts';
import {
  type CancelRun,
  createConvergence,
  createCronRunKind,
  createCronScheduler,
  createDeploymentRunKinds,
  createDeploymentService,
  createLifecycleRunKinds,
  createReconciler,
  createReleaseComparison,
  createReleaseLoader,
  createReleaseRetention,
  createRollout,
  createServiceRemoval,
  registerDeploymentRoutes,
  registerLogRoutes,
} from './features/deployments/index.ts';
import { registerMetricRoutes } from './features/metrics/index.ts';
import {
  createAuditLog,
  createInvitationService,
  createMemberService,
  createOrganizationService,
  createRefusalRecorder,
  recordWrites,
  registerOrganizationRoutes,
} from './features/organizations/index.ts';
import { createProjectService } from './features/projects/index.ts';
import { registerRunRoutes } from './features/runs/index.ts';
import { createServiceService, registerServiceRoutes, type ServiceSource } from './features/services/index.ts';
import { registerTerminalRoutes } from './features/terminals/index.ts';
import { createUploadService, registerUploadRoutes } from './features/uploads/index.ts';
import {
  createVariableService,
  registerVariableHistoryRoutes,
  registerVariableRoutes,
} from './features/variables/index.ts';
import { systemClock } from './kernel/clock.ts';
import type { Logger } from './kernel/logger.ts';
import { createSecretBox } from './platform/crypto/secret-box.ts';
import type { Database } from './platform/db/database.ts';
import { createHttpServer } from './platform/http/http-server.ts';
import { createIdempotency } from './platform/http/idempotency.ts';
import { mountTwice } from './platform/http/mount.ts';
import { createRunEngine, type RunEngine } from './platform/runs/run-engine.ts';
import { builtUiFolder, createWebUi } from './platform/web-ui/web-ui.ts';

export interface AppOptions {
  config: Config;
  secrets: Secrets;
  database: Database;
  agent: AgentClient;
  /** Where the proxy listens, for the addresses that people are given. */
  proxyPort: number;
  /** davit's own environment, for the tools of the host that it calls. */
  hostEnvironment: Readonly<Record<string, string>>;
  logger: Logger;
  version: string;
  /** Names this server to people. */
  ownerName: string;
}

export interface App {
  server: FastifyInstance;
  engine: RunEngine;
  /** The claim token while nobody owns this installation. */
  claim: ReturnType<typeof createClaim>;
  /** Begins to work: runs, reconciler, schedules. */
  start(): Promise<void>;
  /** What ran may be gone: compares the world with the database now. */
  agentReplaced(info: AgentInfo): void;
  /** Hands over what is under way; `deadlineMs` is how long steps may take to let go. */
  stop(deadlineMs: number): Promise<void>;
}

/** Makes the whole server out of its parts: the only place where they are put together. Nothing works before start(). */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, secrets, database, agent, logger, hostEnvironment } = options;
  const { db } = database;
  const { dataDir, buildDir, extraCaFile } = config.paths;
  const clock = systemClock;

  // The outside world
  const executor = createAgentExecutor(agent);
  const runtime = createProcessRuntime(agent);
  const proxy = createEmbeddedProxy(agent);
  const logs = createAgentLogStore(agent);
  const gitSource = createGitSource({
    archives: tarArchives,
    folder: join(dataDir, 'sources'),
    allowInsecure: config.allowInsecureGit,
    environment: networkEnvironment(hostEnvironment, extraCaFile),
    logger,
  });
  const builder = createPlanBuilder({
    executor,
    folders: { cache: join(dataDir, 'cache'), toolchains: join(dataDir, 'toolchains') },
    hostEnvironment,
    extraCaFile,
    seesPrivateFolders: async (signal) => (await runtime.describe(signal)).isolation !== 'user',
    removeFolder: (path, signal) => agent.removeFolder(path, signal),
  });

  // Who is asking
  const audit = createAuditLog({ db });
  const accessTokens = createAccessTokens({
    secret: secrets.jwtSecret,
    expirySeconds: config.auth.accessExpirySeconds,
    clock,
  });
  const claim = createClaim({ db, dataDir });
  const invitations = createInvitationService({ db, audit, clock });
  const sessions = createSessionService({
    db,
    audit,
    clock,
    accessTokens,
    refreshExpirySeconds: config.auth.refreshExpirySeconds,
    secret: secrets.jwtSecret,
  });
  const apiTokens = createApiTokenService({ db, audit });
  const { openRegistration } = config.auth;
  const auth = createAuthService({ db, audit, claim, invitations, sessions, openRegistration });
  const accounts = createAccountService({ db, audit, openRegistration, version: options.version });
  const organizations = createOrganizationService({ db, audit, onDelete: moveSessionsAway });
  const members = createMemberService({ db, audit, onMemberRemoved: revokeMemberAccess });

  // What should run
  const hostOf = (label: string) => `${label}.${config.proxy.baseDomain}`;
  const port = options.proxyPort === 80 ? '' : `:${options.proxyPort}`;
  const urlOf = (label: string) => `http://${hostOf(label)}${port}`;
  const checkSource = (source: ServiceSource, pointer = '/source') => {
    if (source.type !== 'git') return;
    parseSourceUrl(source.url, { allowInsecure: config.allowInsecureGit }, `${pointer}/url`);
    parseSourceReference(source.reference, `${pointer}/reference`);
  };
  const secretBox = createSecretBox({ db, rootKey: secrets.rootKey });
  const projects = createProjectService({ db });
  const services = createServiceService({
    db,
    secretBox,
    projects,
    abilities: { fixedPort: false, dockerfile: false },
    checkSource,
    urlOf,
  });
  const outputs = createResourceOutputs({ secretBox });
  const variables = createVariableService({ db, secretBox, services, projects, outputs });
  const kept = { config, db, secretBox, projects };
  const credentials = createAppCredentials({ ...kept, audit, clock, logger });
  const tools = { executor, gitSource, hostEnvironment, agent };
  const infrastructure = createAppInfrastructure({ ...kept, ...tools, credentials: credentials.resolver });
  const uploads = createUploadService({ db, folder: join(dataDir, 'uploads'), archives: tarArchives });

  // What brings it about
  const loader = createReleaseLoader({ db, secretBox, services, projects });
  const rollout = createRollout({ runtime, proxy });
  const convergence = createConvergence({ db, runtime, proxy, loader, rollout, hostOf });
  const retention = createReleaseRetention({ db, builder, releasesFolder: buildDir });
  const removal = createServiceRemoval({ db, rollout, proxy, retention, builder, executor, gitSource, logs, hostOf });
  const work = {
    db,
    projects,
    removal,
    secretBox,
    services,
    variables,
    uploads,
    loader,
    builder,
    executor,
    gitSource,
    rollout,
    hostOf,
    convergence,
    retention,
    proxy,
    logs,
    releasesFolder: buildDir,
  };
  const cancelRun: CancelRun = (...run) => engine.cancel(...run);
  const engine: RunEngine = createRunEngine({
    database,
    logger,
    concurrency: config.workerConcurrency,
    ownerName: options.ownerName,
    kinds: [
      ...createDeploymentRunKinds(work),
      ...createLifecycleRunKinds({ ...work, cancelRun }),
      createCronRunKind(work),
      ...createDeletionRunKinds({ ...work, cancelRun }),
      ...infrastructure.runKinds,
    ],
  });
  const deployments = createDeploymentService({ db, engine, services, uploads, runtime, logs, checkSource });
  const comparison = createReleaseComparison({ db, secretBox, variables, uploads, deployments });
  const reconciler = createReconciler({ db, runtime, proxy, convergence, logger });
  const appMetrics = createAppMetrics({ config, db, services, runtime, proxy, hostOf });
  const { metrics } = appMetrics;
  const seen = { metrics, variables, comparison, projects, uploads, runtime, urlOf };
  const canvas = createAppCanvas({ database, engine, logger, ...seen });
  const jobs = createAppJobs({
    reconciler,
    regular: { ...appMetrics.jobs, ...credentials.jobs },
    cron: createCronScheduler({ db, engine, logger }),
    cleanups: createAppCleanups({ config, db, clock, engine, uploads, gitSource, builder }),
    logger,
  });

  const server = await createHttpServer({
    logger,
    authenticate: createAuthenticator({ db, accessTokens, logger }),
    findStanding: createStandingCheck({ db }),
    onRefused: createRefusalRecorder(audit),
    idempotency: createIdempotency({ db, secret: secrets.jwtSecret, logger }),
    checks: createHealthChecks({ db, runtime, proxy }),
    rateLimit: { requests: config.http.rateLimit.requests, windowMs: config.http.rateLimit.windowSeconds * 1000 },
    trustedProxies: config.http.trustedProxies,
    ownAddress: { baseUrl: config.http.baseUrl, applicationDomain: config.proxy.baseDomain },
    version: options.version,
    webUi: createWebUi({ folder: builtUiFolder, logger }),
  });
  appMetrics.registerScrapeRoutes(server);
  credentials.registerServices(server);
  infrastructure.registerServices(server, engine);
  mountTwice(server, (scope) => {
    registerAuthRoutes(scope, { auth, accounts, sessions, apiTokens });
    registerOrganizationRoutes(scope, { organizations, members, invitations, audit });
    recordWrites(scope, audit, (resources) => {
      canvas.registerRoutes(resources);
      registerServiceRoutes(resources, { services });
      registerVariableRoutes(resources, { variables, audit });
      registerVariableHistoryRoutes(resources, { variables });
      infrastructure.registerRoutes(resources, engine);
      credentials.registerRoutes(resources);
      registerUploadRoutes(resources, { uploads });
      registerRunRoutes(resources, { engine });
      registerDeploymentRoutes(resources, { deployments, comparison });
      registerLogRoutes(resources, { deployments });
      registerMetricRoutes(resources, { metrics });
      registerTerminalRoutes(resources, { services, runtime, audit });
    });
  });

  return {
    server,
    engine,
    claim,
    async start() {
      await gitSource.sweep();
      await engine.start();
      await canvas.start();
      jobs.start();
    },
    agentReplaced: () => jobs.reconcileNow(),
    async stop(deadlineMs) {
      await jobs.stop();
      await canvas.stop();
      await engine.stop(deadlineMs);
    },
  };
}
