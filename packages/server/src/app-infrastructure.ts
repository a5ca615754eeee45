import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { AgentClient } from '@davit/agent/client';
import { loadBuiltInKinds } from '@davit/modules';
import type { FastifyInstance } from 'fastify';
import type { FolderBuilder } from './adapters/builder/builder.ts';
import type { Executor } from './adapters/executor/executor.ts';
import { createPulumiEngine } from './adapters/iac/pulumi/pulumi-engine.ts';
import type { GitSource } from './adapters/source/git-source.ts';
import { parseRootFolder } from './adapters/source/root-folder.ts';
import { parseSourceReference } from './adapters/source/source-reference.ts';
import { parseSourceUrl } from './adapters/source/source-url.ts';
import type { Config } from './config/config.ts';
import { createRunTokens } from './features/auth/index.ts';
import { createCloudResourceService, registerCloudResourceRoutes } from './features/cloud-resources/index.ts';
import type { CredentialResolver } from './features/credentials/index.ts';
import { createKindService, registerKindRoutes } from './features/kinds/index.ts';
import type { AuditLog } from './features/organizations/index.ts';
import type { ProjectService } from './features/projects/index.ts';
import {
  createDriftSchedule,
  createModuleFolders,
  createPlatformAccess,
  createStackRunKinds,
  createStackStateService,
  createStackUpdateService,
  findModulesInUse,
  registerCloudResourceRpc,
  registerStackStateRoutes,
  registerStackStateRpc,
  registerStackUpdateRoutes,
  registerStackUpdateRpc,
} from './features/stack-updates/index.ts';
import { ownUrl } from './own-url.ts';
import type { SecretBox } from './platform/crypto/secret-box.ts';
import type { Db } from './platform/db/database.ts';
import type { RunEngine } from './platform/runs/run-engine.ts';

export interface AppInfrastructureOptions {
  config: Config;
  db: Db;
  secretBox: SecretBox;
  audit: AuditLog;
  projects: ProjectService;
  credentials: CredentialResolver;
  executor: Executor;
  gitSource: GitSource;
  builder: FolderBuilder;
  hostEnvironment: Readonly<Record<string, string>>;
  agent: Pick<AgentClient, 'removeFolder'>;
  /** Where this server listens, once it does. */
  address: () => string | AddressInfo | null;
}

const forgetTimeoutMs = 30_000;

/** Puts the infrastructure half together: kinds, cloud resources and what deploys them. */
export function createAppInfrastructure(options: AppInfrastructureOptions) {
  const { config, db, secretBox, projects, audit, credentials, executor, gitSource, hostEnvironment } = options;
  const { dataDir, extraCaFile } = config.paths;
  const kinds = createKindService({
    db,
    secretBox,
    loadBuiltIn: loadBuiltInKinds,
    checkSource({ url, reference, folder }) {
      parseSourceUrl(url, { allowInsecure: config.allowInsecureGit }, '/url');
      parseSourceReference(reference, '/reference');
      parseRootFolder(folder, '/folder');
    },
  });
  const cloudResources = createCloudResourceService({ db, secretBox, kinds, projects });
  const iac = createPulumiEngine({
    executor,
    folder: join(dataDir, 'stacks'),
    pluginFolder: join(dataDir, 'pulumi', 'plugins'),
    hostEnvironment,
    extraCaFile,
    removeFolder: (path, signal) => options.agent.removeFolder(path, signal),
  });
  const modules = createModuleFolders({
    kinds,
    gitSource,
    builder: options.builder,
    executor,
    folder: join(dataDir, 'modules'),
    removeFolder: (path, signal) => options.agent.removeFolder(path, signal),
  });
  const runTokens = createRunTokens({ db, audit });
  const platform = createPlatformAccess({ db, runTokens, ownUrl: () => ownUrl(options.address()) });
  const updatesOf = (engine: RunEngine) =>
    createStackUpdateService({
      db,
      secretBox,
      engine,
      audit,
      projects,
      async forgetStack(organizationId, id) {
        await credentials.release(organizationId, id);
        await iac.forgetStack(id, AbortSignal.timeout(forgetTimeoutMs));
      },
    });
  const statesOf = (engine: RunEngine) =>
    createStackStateService({ db, secretBox, iac, audit, stackUpdates: updatesOf(engine) });
  return {
    kinds,
    runKinds: createStackRunKinds({ db, secretBox, kinds, credentials, iac, modules, projects, platform }),
    /** Clears away what no run needs of modules any more. */
    tidyModules: async (now: Date, signal: AbortSignal) =>
      await modules.tidy(await findModulesInUse(db, kinds), now, signal),
    /** What happens by the clock. */
    jobs: (engine: RunEngine) => ({
      drift: createDriftSchedule({
        db,
        request: (trx, resource) => updatesOf(engine).checkDriftByClock(trx, resource),
        // Half of the places at most: somebody who deploys finds one.
        limit: Math.max(1, Math.floor(config.workerConcurrency / 2)),
      }),
    }),
    registerRoutes(scope: FastifyInstance, engine: RunEngine): void {
      registerKindRoutes(scope, { kinds });
      registerCloudResourceRoutes(scope, { cloudResources });
      registerStackUpdateRoutes(scope, { stackUpdates: updatesOf(engine) });
      registerStackStateRoutes(scope, { stackStates: statesOf(engine) });
    },
    registerServices(app: FastifyInstance, engine: RunEngine): void {
      const stackUpdates = updatesOf(engine);
      registerCloudResourceRpc(app, { cloudResources, stackUpdates, kinds });
      registerStackUpdateRpc(app, { stackUpdates });
      registerStackStateRpc(app, { stackStates: statesOf(engine) });
    },
  };
}
