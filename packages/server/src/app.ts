import { join } from 'node:path';
import type { AgentClient } from '@davit/agent/client';
import type { AgentInfo } from '@davit/agent/protocol';
import type { FastifyInstance } from 'fastify';
import { createAgentExecutor } from './adapters/executor/agent/agent-executor.ts';
import { createAppAccounts } from './app-accounts.ts';
import { createAppBuilders } from './app-builder.ts';
import { createAppCanvas } from './app-canvas.ts';
import { createAppCleanups } from './app-cleanups.ts';
import { createAppCredentials } from './app-credentials.ts';
import { createAppDomains } from './app-domains.ts';
import { createHealthChecks } from './app-health.ts';
import { createAppImages } from './app-images.ts';
import { createAppInfrastructure } from './app-infrastructure.ts';
import { createAppJobs } from './app-jobs.ts';
import { createAppMetrics } from './app-metrics.ts';
import { createAppPlatform } from './app-platform.ts';
import { createAppProxy } from './app-proxy.ts';
import { createAppRuntime } from './app-runtime.ts';
import { createAppSources } from './app-sources.ts';
import type { Config } from './config/config.ts';
import { findRootKeys, type Secrets } from './config/secret-files.ts';
import type { Claim } from './features/auth/index.ts';
import { createResourceOutputs } from './features/cloud-resources/index.ts';
import { createDeletionRunKinds } from './features/deletions/index.ts';
import {
  type CancelRun,
  createCommandRunKind,
  createCommandService,
  createConvergence,
  createCronRunKind,
  createCronScheduler,
  createDeploymentRunKinds,
  createDeploymentService,
  createLifecycleRunKinds,
  createLostRebuild,
  createReconciler,
  createReleaseComparison,
  createReleaseLoader,
  createReleaseRetention,
  createRollout,
  createServiceRemoval,
  hasActiveImage,
  registerCommandRoutes,
  registerDeploymentRoutes,
  registerLogRoutes,
} from './features/deployments/index.ts';
import { registerMetricRoutes } from './features/metrics/index.ts';
import { createCallRecorder, createRefusalRecorder, recordWrites } from './features/organizations/index.ts';
import { createProjectService } from './features/projects/index.ts';
import { registerRunRoutes } from './features/runs/index.ts';
import { createServiceService, registerServiceRoutes } from './features/services/index.ts';
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
import { createMetricsRegistry } from './platform/http/metrics.ts';
import { mountTwice } from './platform/http/mount.ts';
import { createRateStore } from './platform/http/rate-store.ts';
import { createRunEngine, type RunEngine } from './platform/runs/run-engine.ts';
import { timesOfLease } from './platform/runs/run-settings.ts';
import { builtUiFolder, createWebUi } from './platform/web-ui/web-ui.ts';

export interface AppOptions {
  config: Config;
  secrets: Secrets;
  database: Database;
  agent: AgentClient;
  /** The same, for questions of people: of many who ask for an agent that is away, only the first waits for it. */
  agentLooks: AgentClient;
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
  claim: Claim;
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
  const { dataDir, buildDir } = config.paths;
  const clock = systemClock;

  // The outside world
  const executor = createAgentExecutor(agent);
  const { proxy, network, addressesOf, ...appProxy } = createAppProxy({
    ...options,
    db,
    address: () => server.server.address(),
  });
  const secretBox = createSecretBox({ db, rootKey: secrets.rootKey, findRootKeys: () => findRootKeys(config) });
  const installation = async () => (await agent.info()).id;
  const images = createAppImages({ config, db, secretBox, clock, installation, network: () => sourceNetwork });
  const changes = { onChanged: () => jobs.reconcileSoon(), onReturned: () => jobs.allSoon() };
  const ofRuntime = { servesFromImages: () => hasActiveImage(db), ...changes, authOf: images.authOf };
  const appRuntime = await createAppRuntime({ ...options, executor, ...ofRuntime });
  const { runtime, logs, looks, engine: containerEngine, hasEngine, releaseExecutor } = appRuntime;
  const { sourceNetwork, gitSource, archives, room, checkSource } = createAppSources(options);
  const registry = createMetricsRegistry();
  const toBuild = { ...appRuntime, ...images.judges, executor, registry };
  const { planBuilder, builder } = createAppBuilders({ ...options, ...toBuild });

  // Who is asking
  const accounts = createAppAccounts({ config, db, secrets, clock, version: options.version });
  const { audit } = accounts;

  // What should run
  const { hostOf, urlOf } = network;
  const rateStore = createRateStore({ db });
  const projects = createProjectService({ db });
  const services = createServiceService({
    db,
    secretBox,
    projects,
    abilities: { fixedPort: hasEngine, dockerfile: hasEngine, images: hasEngine },
    defaultLimits: appRuntime.defaultLimits,
    checkSource,
    urlOf,
  });
  const outputs = createResourceOutputs({ secretBox });
  const variables = createVariableService({ db, secretBox, services, projects, outputs });
  const kept = { config, db, secretBox, projects, audit };
  const credentials = createAppCredentials({ ...kept, clock, logger });
  const tools = {
    executor,
    gitSource,
    builder: planBuilder,
    hostEnvironment,
    agent,
    address: () => server.server.address(),
  };
  const infrastructure = createAppInfrastructure({ ...kept, ...tools, credentials: credentials.resolver });
  const platform = createAppPlatform({ ...options, ...appRuntime, clock, cleanups: () => cleanups });
  const { freeDiskBytes } = config.builds;
  const uploads = createUploadService({ db, folder: join(dataDir, 'uploads'), archives, room, freeDiskBytes });

  // What brings it about
  const loader = createReleaseLoader({ db, secretBox, services, projects });
  const rollout = createRollout({ runtime, proxy });
  const convergence = createConvergence({ db, proxy, loader, rollout, addressesOf });
  const retention = createReleaseRetention({ db, builder, releasesFolder: buildDir });
  const parts = {
    db,
    rollout,
    proxy,
    retention,
    builder,
    executor: releaseExecutor,
    gitSource,
    logs,
    addressesOf,
  };
  const removal = createServiceRemoval(parts);
  const work = {
    ...parts,
    projects,
    removal,
    secretBox,
    services,
    variables,
    uploads,
    loader,
    convergence,
    releasesFolder: buildDir,
    imageBuild: images.imageBuild(services, containerEngine),
    findBuildLogins: images.findBuildLogins,
  };
  const domains = createAppDomains({ ...work, network, dnsServers: config.dnsServers });
  const cancelRun: CancelRun = (...run) => engine.cancel(...run);
  const engine: RunEngine = createRunEngine({
    database,
    logger,
    concurrency: config.workerConcurrency,
    settings: { ...timesOfLease(config.runLeaseMs), patienceMs: config.runPatienceMs },
    ownerName: options.ownerName,
    kinds: [
      ...createDeploymentRunKinds(work),
      ...createLifecycleRunKinds({ ...work, cancelRun }),
      createCronRunKind(work),
      createCommandRunKind(work),
      ...createDeletionRunKinds({ ...work, cancelRun }),
      ...infrastructure.runKinds,
      ...platform.runKinds,
      ...domains.runKinds,
    ],
  });
  const deployments = createDeploymentService({ db, engine, services, uploads, ...looks, checkSource });
  const comparison = createReleaseComparison({ db, secretBox, variables, uploads, deployments });
  const reconciler = createReconciler({ ...work, runtime, logger });
  const appMetrics = createAppMetrics({ config, db, services, ...looks, proxy, registry, hostOf });
  const seen = { variables, comparison, kinds: infrastructure.kinds, projects, uploads, ...looks, urlOf };
  const canvas = createAppCanvas({ database, engine, logger, metrics: appMetrics.metrics, ...seen });
  const cleaned = { config, db, clock, engine, uploads, gitSource, builder, rateStore, platform };
  const cleanups = createAppCleanups({ ...cleaned, tidyModules: infrastructure.tidyModules });
  const jobs = createAppJobs({
    reconciler,
    regular: {
      ...appMetrics.jobs,
      ...credentials.jobs,
      ...infrastructure.jobs(engine),
      ...platform.jobsOf(engine),
      ...domains.jobs(engine),
      ...appProxy.jobs,
      ...appRuntime.jobs,
      'builds that are lost': createLostRebuild({ db, deployments, builder, logger }),
    },
    cron: createCronScheduler({ db, engine, logger }),
    cleanups,
    logger,
  });

  const { rateLimit } = config.http;
  const windowMs = rateLimit.windowSeconds * 1000;
  const server = await createHttpServer({
    logger,
    ...accounts.standing(logger),
    onRefused: createRefusalRecorder(audit),
    onCalled: createCallRecorder(audit),
    idempotency: createIdempotency({ db, secret: secrets.jwtSecret, logger }),
    checks: createHealthChecks({ db, ...looks, proxy }),
    rateLimit: { requests: rateLimit.requests, windowMs },
    signInLimit: { requests: rateLimit.signIns, windowMs },
    rateStore,
    forwarded: appProxy.forwarded,
    ownAddress: { baseUrl: config.http.baseUrl, applicationDomain: config.proxy.baseDomain },
    registry,
    version: options.version,
    webUi: createWebUi({ folder: builtUiFolder, logger }),
  });
  server.addHook('onClose', () => sourceNetwork.close());
  appMetrics.registerScrapeRoutes(server);
  credentials.registerServices(server);
  infrastructure.registerServices(server, engine);
  mountTwice(server, (scope) => {
    recordWrites(scope, audit, (routes) => accounts.registerRoutes(routes), { ownSuccesses: true });
    recordWrites(scope, audit, (resources) => {
      canvas.registerRoutes(resources);
      registerServiceRoutes(resources, { services });
      domains.registerRoutes(resources, engine);
      registerVariableRoutes(resources, { variables, audit });
      registerVariableHistoryRoutes(resources, { variables });
      infrastructure.registerRoutes(resources, engine);
      credentials.registerRoutes(resources);
      platform.registerRoutes(resources, engine);
      registerUploadRoutes(resources, { uploads });
      registerRunRoutes(resources, { engine });
      registerDeploymentRoutes(resources, { deployments, comparison });
      registerLogRoutes(resources, { deployments });
      registerCommandRoutes(resources, { commands: createCommandService({ db, engine, services }) });
      registerMetricRoutes(resources, appMetrics);
      registerTerminalRoutes(resources, { services, ...looks, audit });
    });
  });

  return {
    server,
    engine,
    claim: accounts.claim,
    async start() {
      await gitSource.sweep();
      await engine.start();
      await canvas.start();
      appRuntime.start();
      jobs.start();
    },
    agentReplaced: () => jobs.reconcileSoon(),
    async stop(deadlineMs) {
      await jobs.stop();
      await canvas.stop();
      await engine.stop(deadlineMs);
      await appRuntime.stop();
    },
  };
}
