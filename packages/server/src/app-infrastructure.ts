import { loadBuiltInKinds } from '@davit/modules';
import type { FastifyInstance } from 'fastify';
import { parseSourceReference } from './adapters/source/source-reference.ts';
import { parseSourceUrl } from './adapters/source/source-url.ts';
import type { Config } from './config/config.ts';
import { createKindService, registerKindRoutes } from './features/kinds/index.ts';
import type { Db } from './platform/db/database.ts';

/** Puts the infrastructure half together: kinds, cloud resources and what deploys them. */
export async function createAppInfrastructure({ config, db }: { config: Config; db: Db }) {
  const kinds = createKindService({
    db,
    builtIn: await loadBuiltInKinds(),
    checkSource({ url, reference }) {
      parseSourceUrl(url, { allowInsecure: config.allowInsecureGit }, '/url');
      parseSourceReference(reference, '/reference');
    },
  });
  return {
    registerRoutes(scope: FastifyInstance): void {
      registerKindRoutes(scope, { kinds });
    },
  };
}
