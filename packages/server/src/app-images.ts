import type { EngineClient, RegistryAuth } from '@davit/agent/engine';
import { createEngineImageSource } from './adapters/builder/image/engine-image-source.ts';
import { explainEngine } from './adapters/runtime/docker/explain-engine.ts';
import { pushRegistryOf } from './app-builder.ts';
import type { Config } from './config/config.ts';
import { createRegistryCredentials } from './features/credentials/index.ts';
import { createImageBuild } from './features/deployments/index.ts';
import { findService, listAllServices, registryOf, type ServiceService } from './features/services/index.ts';
import type { Clock } from './kernel/clock.ts';
import type { SecretBox } from './platform/crypto/secret-box.ts';
import type { Db } from './platform/db/database.ts';

export interface AppImagesOptions {
  config: Config;
  db: Db;
  secretBox: SecretBox;
  clock: Clock;
  /** Finds the address of a host that somebody named. @throws AppError OUTBOUND_* */
  findAddress: (host: string) => Promise<string>;
}

// Docker Hub is another host than its name says.
const hubHost = 'registry-1.docker.io';

/** Images that services are, and who may fetch them. */
export function createAppImages({ config, db, secretBox, clock, findAddress }: AppImagesOptions) {
  const credentials = createRegistryCredentials({ db, secretBox, clock });
  return {
    /** For an image that is not here (any more): by the registry in its name. */
    authOf: async (serviceId: string, reference: string): Promise<RegistryAuth | undefined> => {
      const own = pushRegistryOf(config);
      if (own !== undefined && reference.startsWith(`${own.prefix}/`)) {
        const { server: serveraddress, username, password } = own;
        return username === '' ? undefined : { username, password, serveraddress };
      }
      const owner = (await listAllServices(db)).find(({ id }) => id === serviceId);
      const service = owner && (await findService(db, owner.organizationId, serviceId));
      if (service === undefined) return undefined;
      const { organizationId, environmentId } = service;
      const registry = registryOf(reference);
      const found = await credentials.find({ organizationId, environmentId, registry });
      return found && { username: found.username, password: found.password, serveraddress: registry };
    },

    findBuildLogins: async (request: { organizationId: string; environmentId: string }) =>
      await credentials.listUsable(request),

    imageBuild: (services: ServiceService, engine: EngineClient | undefined) =>
      createImageBuild({
        services,
        images: engine && createEngineImageSource(explainEngine(engine)),
        async findLogin(request) {
          const found = await credentials.find(request);
          return found && { username: found.username, password: found.password };
        },
        // The engine calls the registry, not davit: what a name leads to is judged before, as far as that goes.
        async checkRegistry(registry) {
          await findAddress(registry === 'docker.io' ? hubHost : registry.replace(/:\d+$/, ''));
        },
      }),
  };
}
