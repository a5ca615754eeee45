import { type EngineClient, findDigest, PullError, type RegistryAuth } from '@davit/agent/engine';
import { DOCKER_HUB, DOCKER_HUB_HOST } from '../../kernel/docker-hub.ts';
import { canonicalRepository, versionOf } from '../../kernel/image-name.ts';

/**
 * The digest of what the registry gives to this login under a name with a tag or a digest, whatever the engine has itself.
 *
 * An engine with a mirror of Docker Hub asks that one alone (seen with 20.10), and fetches from Docker Hub what the mirror has
 * not. So does this: asked for by the name of its own registry, an image of Docker Hub is asked for there.
 *
 * @throws PullError when the registry gives nothing
 */
export async function askDigest(
  engine: EngineClient,
  image: string,
  auth: RegistryAuth | undefined,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await findDigest(engine, image, auth, signal);
  } catch (error) {
    const { host, path } = canonicalRepository(image);
    if (!(error instanceof PullError) || host !== DOCKER_HUB) throw error;
    try {
      return await findDigest(engine, `${DOCKER_HUB_HOST}/${path}${versionOf(image)}`, auth, signal);
    } catch (second) {
      // Where there is no way to Docker Hub, what the mirror said is all that is known.
      throw second instanceof PullError && second.fault === 'unreachable' ? error : second;
    }
  }
}
