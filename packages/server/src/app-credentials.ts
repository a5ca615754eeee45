import { readFileSync } from 'node:fs';
import { CloudResourceService, CredentialService, StackStateService, StackUpdateService } from '@davit/api/rpc';
import type { FastifyInstance } from 'fastify';
import { createDistributionRegistry } from './adapters/image-registry/distribution/distribution-registry.ts';
import type { Config } from './config/config.ts';
import {
  createCredentialResolver,
  createCredentialService,
  createExpiryWarnings,
  createRegistryAccess,
  registerCredentialRoutes,
  registerCredentialRpc,
} from './features/credentials/index.ts';
import type { AuditLog } from './features/organizations/index.ts';
import type { ProjectService } from './features/projects/index.ts';
import type { Clock } from './kernel/clock.ts';
import type { Logger } from './kernel/logger.ts';
import type { SecretBox } from './platform/crypto/secret-box.ts';
import type { Db } from './platform/db/database.ts';
import { createGuardedFetch } from './platform/outbound/guarded-fetch.ts';
import { registerReflection } from './platform/rpc/reflection.ts';

export interface AppCredentialsOptions {
  config: Config;
  db: Db;
  secretBox: SecretBox;
  audit: AuditLog;
  projects: ProjectService;
  clock: Clock;
  logger: Logger;
}

/** What davit signs in to providers with, and the services that programs call by Connect and gRPC. */
export function createAppCredentials({ config, ...deps }: AppCredentialsOptions) {
  const { extraCaFile } = config.paths;
  const fetch = createGuardedFetch({
    networks: config.outboundNetworks,
    extraCa: extraCaFile === undefined ? undefined : readFileSync(extraCaFile, 'utf8'),
  });
  const credentials = createCredentialService({ ...deps, fetch });
  const settings = { address: 'the credential (server or endpoint)', login: 'its user and password' };
  const registries = createRegistryAccess({
    ...deps,
    open: (login) => createDistributionRegistry({ ...login, path: '', fetch, settings }),
  });
  return {
    /** For what deploys cloud resources. */
    resolver: createCredentialResolver(deps),
    jobs: { 'credentials that expire': createExpiryWarnings(deps) },
    registerRoutes: (scope: FastifyInstance) => registerCredentialRoutes(scope, { credentials, registries }),
    registerServices(app: FastifyInstance): void {
      registerCredentialRpc(app, { credentials });
      registerReflection(app, [CredentialService, CloudResourceService, StackUpdateService, StackStateService]);
    },
  };
}
