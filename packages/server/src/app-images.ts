import type { EngineClient, RegistryAuth } from '@davit/agent/engine';
import { createEngineImageSource } from './adapters/builder/image/engine-image-source.ts';
import { admitPulls } from './adapters/builder/pull-admission.ts';
import { measureFreeDisk } from './adapters/disk/disk-room.ts';
import { createRegistryJudge } from './adapters/image-registry/distribution/judge-registry.ts';
import { explainEngine } from './adapters/runtime/docker/explain-engine.ts';
import { createBuildDisks, pushRegistryOf } from './app-builder.ts';
import type { Config } from './config/config.ts';
import { createRegistryCredentials } from './features/credentials/index.ts';
import { createImageBuild } from './features/deployments/index.ts';
import { findService, listAllServices, type ServiceService } from './features/services/index.ts';
import type { Clock } from './kernel/clock.ts';
import { registryOf } from './kernel/image-name.ts';
import type { SecretBox } from './platform/crypto/secret-box.ts';
import type { Db } from './platform/db/database.ts';
import type { OutboundNetwork } from './platform/outbound/outbound-network.ts';

export interface AppImagesOptions {
  config: Config;
  db: Db;
  secretBox: SecretBox;
  clock: Clock;
  /** Tells what this davit fetched from what another one did on the same engine. */
  installation: () => Promise<string>;
  /** How what people name is reached. */
  network: () => Pick<OutboundNetwork, 'findAddress' | 'request'>;
}

/** Images that services are, and who may fetch them. */
export function createAppImages({ config, db, secretBox, clock, installation, network }: AppImagesOptions) {
  const credentials = createRegistryCredentials({ db, secretBox, clock });
  const findAddress = async (host: string) => await network().findAddress(host);
  const judgeRegistry = createRegistryJudge({
    findAddress,
    async ask(url, signal) {
      const { headers, body } = await network().request({ method: 'GET', url, headers: {}, follow: true, signal });
      body.destroy();
      return { headers };
    },
  });
  /** Images fill the disk that builds fill. */
  function openSource(engine: EngineClient) {
    const foldersOf = createBuildDisks(config, engine);
    return admitPulls(createEngineImageSource(explainEngine(engine), installation), {
      look: async (signal) => await measureFreeDisk(await foldersOf(signal)),
      wantedBytes: config.builds.freeDiskBytes,
    });
  }

  return {
    /** Where builds may be sent. */
    judges: { findAddress, judgeRegistry },

    /**
     * For an image that is not here (any more): by the registry in its name, which is judged as it was at the deployment.
     *
     * @throws AppError OUTBOUND_ADDRESS_REFUSED
     */
    authOf: async (serviceId: string, reference: string, signal: AbortSignal): Promise<RegistryAuth | undefined> => {
      const own = pushRegistryOf(config);
      if (own !== undefined && reference.startsWith(`${own.prefix}/`)) {
        const { server: serveraddress, username, password } = own;
        return username === '' ? undefined : { username, password, serveraddress };
      }
      const registry = registryOf(reference);
      await judgeRegistry(registry, signal);
      const owner = (await listAllServices(db)).find(({ id }) => id === serviceId);
      const service = owner && (await findService(db, owner.organizationId, serviceId));
      if (service === undefined) return undefined;
      const { organizationId, environmentId } = service;
      const found = await credentials.find({ organizationId, environmentId, registry });
      return found && { username: found.username, password: found.password, serveraddress: registry };
    },

    findBuildLogins: async (request: { organizationId: string; environmentId: string }) =>
      await credentials.listUsable(request),

    imageBuild: (services: ServiceService, engine: EngineClient | undefined) =>
      createImageBuild({
        services,
        images: engine && openSource(engine),
        async findLogin(request) {
          const found = await credentials.find(request);
          return found && { username: found.username, password: found.password };
        },
        // The engine calls the registry, not davit: where it is led to is judged before, as far as that goes.
        checkRegistry: judgeRegistry,
      }),
  };
}
