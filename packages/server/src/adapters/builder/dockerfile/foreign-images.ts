import { type EngineClient, EngineError, findDigest, PullError, type RegistryAuth } from '@davit/agent/engine';
import { DOCKER_HUB, isDockerHub } from '../../../kernel/docker-hub.ts';
import type { BuildRequest, RegistryLogin } from '../builder.ts';
import { builderErrors } from '../builder-errors.ts';
import { repositoryOf } from './named-hosts.ts';
import type { NamedImage } from './outside-hosts.ts';

const canonicalHost = (host: string) => (isDockerHub(host) ? DOCKER_HUB : host.toLowerCase());

/** Host and path as an engine completes them (https://github.com/distribution/reference), without tag and digest. */
export function canonicalRepository(image: string): { host: string; path: string } {
  const [first = '', ...rest] = repositoryOf(image).split('/');
  const hasHost = rest.length > 0 && /[.:]|^localhost$|[A-Z]/.test(first);
  const host = hasHost ? canonicalHost(first) : DOCKER_HUB;
  const parts = hasHost ? rest : [first, ...rest];
  const path = host === DOCKER_HUB && parts.length === 1 ? ['library', ...parts] : parts;
  return { host, path: path.join('/').toLowerCase() };
}

const keyOf = (image: string): string => {
  const { host, path } = canonicalRepository(image);
  return `${host}/${path}`;
};

/** What may stand behind the name of a repository that is known; anything else could lead the engine to another question. */
const versionOfImage = /^(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

function loginFor(image: string, logins: readonly RegistryLogin[]): RegistryAuth | undefined {
  const { host } = canonicalRepository(image);
  const login = logins.find(({ server }) => canonicalHost(server) === host);
  return login && { username: login.username, password: login.password, serveraddress: host };
}

/**
 * Refuses images that the engine has for another organization, unless the registry gives them to who builds here: BuildKit
 * takes from the engine whatever is there, and asks nobody. That it asks (`--pull`) would not do: it takes what a digest names
 * from where it keeps it all the same, and it would have to ask for every other image of the file too.
 *
 * @throws AppError BUILD_DOCKERFILE_REFUSED, BUILD_BASE_IMAGE_UNAVAILABLE
 */
export async function judgeForeignImages(
  images: readonly NamedImage[],
  { othersImages, registries = [] }: Pick<BuildRequest, 'othersImages' | 'registries'>,
  engine: EngineClient,
  signal: AbortSignal,
): Promise<void> {
  if (images.length === 0 || othersImages === undefined) return;
  const foreign = new Set((await othersImages()).map(keyOf));
  for (const { image, line } of images.filter(({ image: name }) => foreign.has(keyOf(name)))) {
    const where = `line ${line + 1}`;
    if (!versionOfImage.test(image.slice(repositoryOf(image).length))) {
      throw builderErrors.BUILD_DOCKERFILE_REFUSED({
        message: `The Dockerfile is refused, ${where}: nobody can say which version of ${repositoryOf(image)} is meant.`,
        hint: 'Write the tag of the image out, or give its variable a default by ARG.',
      });
    }
    const reference = image === repositoryOf(image) ? `${image}:latest` : image;
    try {
      await findDigest(engine, reference, loginFor(image, registries), signal);
    } catch (error) {
      if (error instanceof EngineError)
        throw builderErrors.BUILD_ENGINE_UNREACHABLE({ message: error.message, cause: error, away: true });
      if (!(error instanceof PullError)) throw error;
      throw builderErrors.BUILD_BASE_IMAGE_UNAVAILABLE({
        message: `${where}: the registry does not give ${reference} to this build: ${error.message}`,
        cause: error,
      });
    }
  }
}
