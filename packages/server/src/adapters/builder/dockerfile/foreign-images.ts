import { type EngineClient, EngineError, PullError, type RegistryAuth } from '@davit/agent/engine';
import {
  canonicalHost,
  canonicalRepository,
  repositoryKey,
  repositoryOf,
  versionOf,
  withVersion,
} from '../../../kernel/image-name.ts';
import { askDigest } from '../ask-digest.ts';
import type { BuildRequest, RegistryLogin } from '../builder.ts';
import { builderErrors } from '../builder-errors.ts';
import { createEngineApi, type EngineApi } from './engine-api.ts';
import type { NamedImage } from './outside-hosts.ts';

/** What may stand behind the name of a repository that is known; anything else could lead the engine to another question. */
const knownVersion = /^(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

function loginFor(image: string, logins: readonly RegistryLogin[]): RegistryAuth | undefined {
  const { host } = canonicalRepository(image);
  const login = logins.find(({ server }) => canonicalHost(server) === host);
  return login && { username: login.username, password: login.password, serveraddress: host };
}

/** Also what nobody can say: what BuildKit sets by itself is never a digest, anything else could be. */
const mayBeDigest = ({ image }: NamedImage) => /[@\0]/.test(versionOf(image));

/** What the builder takes images from without a word to their registry, besides what it has pulled itself. */
export interface TakesFrom {
  /** Whose images they are; undefined: it takes none from an engine. */
  engineImages: Pick<BuildRequest, 'othersImages' | 'cacheKey'> | undefined;
}

/** Repositories of which the engine may have what another organization had fetched. */
async function findForeign(
  images: readonly NamedImage[],
  { engineImages }: TakesFrom,
  api: EngineApi,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (engineImages?.othersImages === undefined) return new Set();
  // The engine remembers longer than the database what was fetched for a service.
  const fetched = images.some(mayBeDigest) ? await api.listFetchedForOthers(engineImages.cacheKey, signal) : [];
  return new Set([...(await engineImages.othersImages()), ...fetched].map(repositoryKey));
}

/**
 * Refuses images that what builds has of another organization, unless the registry gives them to who builds here: BuildKit
 * takes from the engine whatever is there, and asks nobody. davit leaves what it fetches there by its digest, so a tag that the
 * engine has not is left to BuildKit, which asks the registry for it. What a digest names it takes from what it has pulled for
 * any build before, too, and nobody can list that: each such name is asked for.
 *
 * That it asks (`--pull`) would not do: it would not ask for a digest, and would have to ask for every other image of the file.
 *
 * @throws AppError BUILD_DOCKERFILE_REFUSED, BUILD_BASE_IMAGE_UNAVAILABLE, BUILD_ENGINE_UNREACHABLE
 */
export async function judgeForeignImages(
  images: readonly NamedImage[],
  registries: readonly RegistryLogin[],
  from: TakesFrom,
  engine: EngineClient,
  signal: AbortSignal,
): Promise<void> {
  if (images.length === 0) return;
  const api = createEngineApi(engine);
  const foreign = await findForeign(images, from, api, signal);
  for (const named of images) {
    const { image, line } = named;
    const isForeign = foreign.has(repositoryKey(image));
    if (!isForeign && !mayBeDigest(named)) continue;
    const where = `line ${line + 1}`;
    if (!knownVersion.test(versionOf(image))) {
      throw builderErrors.BUILD_DOCKERFILE_REFUSED({
        message: `The Dockerfile is refused, ${where}: nobody can say which version of ${repositoryOf(image)} is meant.`,
        hint: 'Write the tag of the image out, or give its variable a default by ARG.',
      });
    }
    const reference = withVersion(image);
    if (!mayBeDigest(named) && (await api.inspectImage(reference, signal)) === undefined) continue;
    try {
      await askDigest(engine, reference, loginFor(image, registries), signal);
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
