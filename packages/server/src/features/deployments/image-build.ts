import type { ImageArtifact } from '../../adapters/builder/builder.ts';
import type { ImageSource } from '../../adapters/builder/image-source.ts';
import { registryOf, repositoryOf, withVersion } from '../../kernel/image-name.ts';
import type { RunContext } from '../../platform/runs/run-kind.ts';
import { type ServiceService, type ServiceSettings, serviceErrors } from '../services/index.ts';
import { type DeploymentRunInput, tenantOf } from './deployment-context.ts';

/** Who signs in to a registry for an environment of an organization. */
export type FindRegistryLogin = (request: {
  organizationId: string;
  environmentId: string;
  registry: string;
}) => Promise<{ username: string; password: string } | undefined>;

export interface ImageBuildOptions {
  services: ServiceService;
  /** Undefined where nothing runs images. */
  images: ImageSource | undefined;
  findLogin: FindRegistryLogin;
  /** Judges where an engine is led to that asks a registry. @throws AppError OUTBOUND_* */
  checkRegistry: (registry: string, signal: AbortSignal) => Promise<void>;
}

/** In the place of a build: fetches an image that was built elsewhere. */
export function createImageBuild({ services, images, findLogin, checkRegistry }: ImageBuildOptions) {
  return async (
    context: RunContext<DeploymentRunInput>,
    image: string,
    { build }: ServiceSettings,
  ): Promise<ImageArtifact> => {
    if (images === undefined) throw serviceErrors.SERVICE_IMAGE_UNSUPPORTED();
    const organizationId = tenantOf(context);
    const { serviceId } = context.input;
    const { environmentId } = await services.get(organizationId, serviceId);
    const registry = registryOf(image);
    await checkRegistry(registry, context.signal);
    const found = await findLogin({ organizationId, environmentId, registry });
    if (found !== undefined) context.mask([found.password]);
    const request = {
      image: withVersion(image),
      repository: repositoryOf(image),
      serviceId,
      login: found === undefined ? undefined : { registry, ...found },
    };
    const say = (text: string) => context.output.write('system', text);
    const artifact = await images.fetch(request, say, context.signal);
    if (build.startCommand === null) return artifact;
    return { ...artifact, processes: [{ name: 'web', argv: ['/bin/sh', '-c', build.startCommand] }] };
  };
}

export type ImageBuild = ReturnType<typeof createImageBuild>;
