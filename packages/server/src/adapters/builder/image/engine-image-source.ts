import { type EngineClient, PullError } from '@davit/agent/engine';
import { z } from 'zod';
import type { AppError } from '../../../kernel/app-error.ts';
import { repositoryKey } from '../../../kernel/image-name.ts';
import { askDigest } from '../ask-digest.ts';
import { builderErrors } from '../builder-errors.ts';
import { fetchByDigest } from '../fetched-images.ts';
import type { ImageSource } from '../image-source.ts';

const imageDetails = z.object({
  Os: z.string(),
  Architecture: z.string(),
  Size: z.number(),
  RepoDigests: z.array(z.string()).nullish(),
  Config: z.object({ ExposedPorts: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

const engineVersion = z.object({ Os: z.string(), Arch: z.string() });

function explain({ fault, message }: PullError, image: string, hasLogin: boolean): AppError {
  if (fault === 'denied') {
    return builderErrors.IMAGE_PULL_DENIED({
      message: hasLogin
        ? `The registry refused ${image} to the stored credential: its password may be wrong, or it may not read this image.`
        : `The registry gives ${image} to nobody who has not signed in.`,
    });
  }
  if (fault === 'not-found') return builderErrors.IMAGE_NOT_FOUND({ message: `The registry has no ${image}.` });
  if (fault === 'other-platform') {
    return builderErrors.IMAGE_OTHER_PLATFORM({ message: `There is no ${image} for this machine: ${message}` });
  }
  return builderErrors.IMAGE_REGISTRY_UNREACHABLE({ message: `${image} could not be fetched: ${message}` });
}

/** The lowest port of TCP that the image says it listens on. */
function exposedPort(ports: Readonly<Record<string, unknown>>): number | null {
  const numbers = Object.keys(ports).flatMap((text) => /^(\d+)(?:\/tcp)?$/.exec(text)?.[1] ?? []);
  return numbers.length === 0 ? null : Math.min(...numbers.map(Number));
}

/**
 * Images by way of a Docker engine, which keeps them.
 *
 * @param installation who fetches them: an engine may serve several
 */
export function createEngineImageSource(engine: EngineClient, installation: () => Promise<string>): ImageSource {
  return {
    async fetch({ image, repository, serviceId, login }, say, signal) {
      const auth =
        login === undefined
          ? undefined
          : { username: login.username, password: login.password, serveraddress: login.registry };
      let digest: string;
      try {
        // Under a digest, too: what an engine has it hands out without a word to the registry, whoever had it fetched.
        digest = await askDigest(engine, image, auth, signal);
        // BuildKit gives what an engine has under a tag to every build that names it: none is left there.
        const whose = { serviceId, installation: await installation() };
        await fetchByDigest(engine, `${repository}@${digest}`, whose, auth, say, signal);
      } catch (error) {
        if (error instanceof PullError) throw explain(error, image, login !== undefined);
        throw error;
      }
      const path = `/images/${encodeURIComponent(`${repository}@${digest}`)}/json`;
      const found = imageDetails.parse(await engine.call(path, { signal }));
      const machine = engineVersion.parse(await engine.call('/version', { signal }));
      const platform = `${found.Os}/${found.Architecture}`;
      if (platform !== `${machine.Os}/${machine.Arch}`) {
        throw builderErrors.IMAGE_OTHER_PLATFORM({
          message: `${image} is for ${platform}; this machine is ${machine.Os}/${machine.Arch}.`,
        });
      }
      // As the engine writes it, which leaves away what all names of Docker Hub have in common.
      const isPinned = (name: string) =>
        name.endsWith(`@${digest}`) && repositoryKey(name) === repositoryKey(repository);
      const pinned = (found.RepoDigests ?? []).find(isPinned);
      if (pinned === undefined)
        throw builderErrors.IMAGE_NOT_FOUND({ message: `${image} has no digest in its registry.` });
      say(`${pinned} for ${platform}`);
      return {
        kind: 'image',
        reference: pinned,
        digest,
        pushedTo: null,
        platform,
        processes: [{ name: 'web', argv: null }],
        release: null,
        environment: {},
        bytes: found.Size,
        exposedPort: exposedPort(found.Config?.ExposedPorts ?? {}),
      };
    },
  };
}
