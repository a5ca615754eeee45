import { join } from 'node:path';
import type { AgentClient } from '@davit/agent/client';
import { loadBuiltInKinds } from '@davit/modules';
import type { FastifyInstance } from 'fastify';
import type { Executor } from './adapters/executor/executor.ts';
import { createPulumiEngine } from './adapters/iac/pulumi/pulumi-engine.ts';
import type { GitSource } from './adapters/source/git-source.ts';
import { parseSourceReference } from './adapters/source/source-reference.ts';
import { parseSourceUrl } from './adapters/source/source-url.ts';
import type { Config } from './config/config.ts';
import { createCloudResourceService, registerCloudResourceRoutes } from './features/cloud-resources/index.ts';
import type { CredentialResolver } from './features/credentials/index.ts';
import { createKindService, registerKindRoutes } from './features/kinds/index.ts';
import type { ProjectService } from './features/projects/index.ts';
import {
  createModuleFolders,
  createStackRunKinds,
  createStackUpdateService,
  registerCloudResourceRpc,
  registerStackUpdateRoutes,
  registerStackUpdateRpc,
} from './features/stack-updates/index.ts';
import type { SecretBox } from './platform/crypto/secret-box.ts';
import type { Db } from './platform/db/database.ts';
import type { RunEngine } from './platform/runs/run-engine.ts';

export interface AppInfrastructureOptions {
  config: Config;
  db: Db;
  secretBox: SecretBox;
  projects: ProjectService;
  credentials: CredentialResolver;
  executor: Executor;
  gitSource: GitSource;
  hostEnvironment: Readonly<Record<string, string>>;
  agent: Pick<AgentClient, 'removeFolder'>;
}

const forgetTimeoutMs = 30_000;

/** Puts the infrastructure half together: kinds, cloud resources and what deploys them. */
export function createAppInfrastructure(options: AppInfrastructureOptions) {
  const { config, db, secretBox, projects, credentials, executor, gitSource, hostEnvironment } = options;
  const { dataDir, extraCaFile } = config.paths;
  const kinds = createKindService({
    db,
    loadBuiltIn: loadBuiltInKinds,
    checkSource({ url, reference }) {
      parseSourceUrl(url, { allowInsecure: config.allowInsecureGit }, '/url');
      parseSourceReference(reference, '/reference');
    },
  });
  const cloudResources = createCloudResourceService({ db, secretBox, kinds, projects });
  const iac = createPulumiEngine({
    executor,
    folder: join(dataDir, 'stacks'),
    hostEnvironment,
    extraCaFile,
    removeFolder: (path, signal) => options.agent.removeFolder(path, signal),
  });
  const modules = createModuleFolders({ gitSource, folder: join(dataDir, 'modules') });
  const updatesOf = (engine: RunEngine) =>
    createStackUpdateService({
      db,
      secretBox,
      engine,
      async forgetStack(organizationId, id) {
        await credentials.release(organizationId, id);
        await iac.forgetStack(id, AbortSignal.timeout(forgetTimeoutMs));
      },
    });
  return {
    runKinds: createStackRunKinds({ db, secretBox, kinds, credentials, iac, modules }),
    registerRoutes(scope: FastifyInstance, engine: RunEngine): void {
      registerKindRoutes(scope, { kinds });
      registerCloudResourceRoutes(scope, { cloudResources });
      registerStackUpdateRoutes(scope, { stackUpdates: updatesOf(engine) });
    },
    registerServices(app: FastifyInstance, engine: RunEngine): void {
      const stackUpdates = updatesOf(engine);
      registerCloudResourceRpc(app, { cloudResources, stackUpdates, kinds });
      registerStackUpdateRpc(app, { stackUpdates });
    },
  };
}
