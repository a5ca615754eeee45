import { type EngineClient, EngineError, type RegistryAuth } from '@davit/agent/engine';
import { z } from 'zod';
import { runtimeErrors } from '../runtime-errors.ts';
import { type ContainerPlace, runsAsRoot } from './container-spec.ts';
import { type ContainerDetails, containerDetails, type ImageDetails } from './engine-answers.ts';
import { ensureImage, type PresentImage } from './ensure-image.ts';
import type { EnvironmentNetworks } from './environment-networks.ts';

/** A network or an address that another took a moment before is chosen anew. */
const attempts = 5;

/** Commands of people are texts for it. */
const shell = '/bin/sh';

const created = z.object({ Id: z.string() });

export interface StartContainerOptions {
  engine: EngineClient;
  networks: EnvironmentNetworks;
  /** Tells what this davit fetched from what another one did on the same engine. */
  installation: () => Promise<string>;
  /** Who may pull the images of a service. */
  authOf: (serviceId: string, reference: string, signal: AbortSignal) => Promise<RegistryAuth | undefined>;
}

/** A container that is wanted. */
export interface ContainerOrder {
  name: string;
  image: string;
  environmentId: string;
  /** Whose credentials the image is fetched with, where it is not here. */
  serviceId: string;
  /** The body of `POST /containers/create`, for the place that was found. */
  toSpec: (place: ContainerPlace) => object;
}

/** By its name a container is found again, and made only once. */
export function containerName(installation: string, instanceId: string): string {
  return `davit-${installation.slice(0, 8)}-${instanceId}`;
}

/** What the engine knows of it. */
export async function findContainer(
  engine: EngineClient,
  idOrName: string,
  signal: AbortSignal,
): Promise<ContainerDetails | undefined> {
  try {
    return containerDetails.parse(await engine.call(`/containers/${encodeURIComponent(idOrName)}/json`, { signal }));
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

/** Takes a container away, whatever it does. Unknown ones are fine. */
export async function removeContainer(engine: EngineClient, id: string, signal: AbortSignal): Promise<void> {
  try {
    await engine.call(`/containers/${id}`, { method: 'DELETE', query: { force: 'true', v: 'true' }, signal });
  } catch (error) {
    // 409: somebody is removing it right now.
    if (!(error instanceof EngineError) || (error.status !== 404 && error.status !== 409)) throw error;
  }
}

/** Whether another had the same address, network or name a moment earlier. */
function isLostRace(error: unknown): boolean {
  if (!(error instanceof EngineError)) return false;
  // Ambiguous: two servers have made the network at once. Whoever looks again takes one of the two away.
  const lost = /Address already in use|network .* (?:not found|is ambiguous)|no available IPv4/i;
  return error.status === 409 || lost.test(error.message);
}

function cannotStart(error: EngineError, image: ImageDetails, machine: string): Error {
  if (/exec format error/i.test(error.message)) {
    return runtimeErrors.IMAGE_NOT_EXECUTABLE({
      message: `The image is for ${image.Os}/${image.Architecture}; this machine is ${machine}.`,
    });
  }
  const said = error.message.replace(/^.*?exec: /s, '').replace(/: unknown$/, '');
  return runtimeErrors.INSTANCE_NOT_STARTED({ message: `The container could not be started: ${said}.`, cause: error });
}

export type ContainerStarter = ReturnType<typeof createContainerStarter>;

/** Makes containers, for instances and for commands. */
export function createContainerStarter({ engine, networks, installation, authOf }: StartContainerOptions) {
  async function create(order: ContainerOrder, { name: imageName, details }: PresentImage, signal: AbortSignal) {
    const query = { name: order.name };
    const make = async ({ id: networkId, address }: { id: string; address: string }) => {
      const spec = order.toSpec({ networkId, address, asRoot: runsAsRoot(details.Config?.User) });
      const body = { ...spec, Image: imageName };
      return { body, answer: await engine.call('/containers/create', { method: 'POST', query, body, signal }) };
    };
    const { body, answer } = await networks.inPlace(order.environmentId, make, signal);
    return {
      id: created.parse(answer).Id,
      needsShell: 'Entrypoint' in body && Array.isArray(body.Entrypoint) && body.Entrypoint[0] === shell,
    };
  }

  /** Asked before it is started: what starts programs in it would only say that some file is not there. */
  async function assertShell(id: string, signal: AbortSignal): Promise<void> {
    try {
      await engine.call(`/containers/${id}/archive`, { method: 'HEAD', query: { path: shell }, signal });
    } catch (error) {
      if (!(error instanceof EngineError) || error.status !== 404) throw error;
      await removeContainer(engine, id, signal);
      throw runtimeErrors.INSTANCE_NOT_STARTED({
        message: 'The image has no shell (/bin/sh), which commands of the settings are given to.',
        hint: 'Leave the command empty, so that the image starts what it says itself, or build it on an image that has a shell.',
        cause: error,
      });
    }
  }

  async function machine(signal: AbortSignal): Promise<string> {
    const version = z.object({ Os: z.string(), Arch: z.string() }).parse(await engine.call('/version', { signal }));
    return `${version.Os}/${version.Arch}`;
  }

  return {
    /** Starts one that exists and does not run. @throws EngineError */
    async begin(id: string, signal: AbortSignal): Promise<void> {
      await engine.call(`/containers/${id}/start`, { method: 'POST', signal });
    },

    /** @throws AppError IMAGE_GONE, IMAGE_NOT_EXECUTABLE, INSTANCE_NOT_STARTED */
    async make(order: ContainerOrder, signal: AbortSignal): Promise<string> {
      const { serviceId } = order;
      const auth = () => authOf(serviceId, order.image, signal);
      const whose = { serviceId, installation: await installation() };
      const image = await ensureImage(engine, order.image, whose, auth, signal);
      for (let attempt = 1; ; attempt++) {
        let id: string | undefined;
        try {
          const made = await create(order, image, signal);
          id = made.id;
          if (made.needsShell) await assertShell(id, signal);
          await this.begin(id, signal);
          return id;
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          if (id !== undefined) await removeContainer(engine, id, signal);
          if (isLostRace(error) && attempt < attempts) {
            const other = await findContainer(engine, order.name, signal);
            if (other !== undefined && other.State.Status !== 'created') return other.Id;
            if (other !== undefined) await removeContainer(engine, other.Id, signal);
            continue;
          }
          throw cannotStart(error, image.details, await machine(signal));
        }
      }
    },
  };
}
