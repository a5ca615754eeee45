import { type EngineClient, EngineError } from '@davit/agent/engine';
import { builderErrors } from '../builder-errors.ts';
import { fetchedFor } from '../fetched-images.ts';
import type { ImageShelf, ShelvedImage } from '../image-shelf.ts';
import { builtFor } from './image-labels.ts';
import { bytesTogether, type HistoryEntry } from './image-layers.ts';

/** https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemDataUsage */
interface DataUsage {
  Images:
    | {
        Id: string;
        Labels: Record<string, string> | null;
        RepoDigests: string[] | null;
        RepoTags: string[] | null;
        Size: number;
        /** -1 where the engine has not counted it. */
        SharedSize: number;
        Created: number;
      }[]
    | null;
  BuildCache: { Size: number; Shared: boolean }[] | null;
}

type EngineImage = NonNullable<DataUsage['Images']>[number];

/** An image without any name is listed under `<none>:<none>`. */
const namesOf = ({ RepoTags, RepoDigests }: EngineImage) =>
  [...(RepoTags ?? []), ...(RepoDigests ?? [])].filter((name) => !name.startsWith('<none>'));

/** The service that this installation fetched it for; null: another one did, or somebody else calls it something. */
function fetchedService({ RepoTags }: EngineImage, installationId: string): string | null {
  const all = (RepoTags ?? []).map((name) => fetchedFor(name));
  const own = all.every((of) => of !== undefined && installationId.toLowerCase().startsWith(of.installation));
  return own ? (all[0]?.serviceId ?? null) : null;
}

/** @param installation whose images are davit's own here: an engine may serve several */
export function createEngineImageShelf(engine: EngineClient, installation: () => Promise<string>): ImageShelf {
  /** Undefined for what is not there. */
  async function ask<T>(path: string, signal: AbortSignal): Promise<T | undefined> {
    try {
      return (await engine.call(path, { signal })) as T;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.status === 404) return undefined;
      throw builderErrors.BUILD_ENGINE_UNREACHABLE({ message: error.message, cause: error });
    }
  }

  function toShelved(image: EngineImage, installationId: string): ShelvedImage {
    const owner = builtFor(image.Labels ?? {}, namesOf(image));
    const isOwn = owner?.installationId === installationId;
    return {
      id: image.Id,
      names: image.RepoDigests ?? [],
      serviceId: isOwn ? owner.serviceId : fetchedService(image, installationId),
      buildId: isOwn ? owner.buildId : null,
      bytes: image.Size,
      ownBytes: image.Size - Math.max(0, image.SharedSize),
      createdAt: new Date(image.Created * 1000),
    };
  }

  return {
    async look(references, signal) {
      const installationId = await installation();
      const used = await ask<DataUsage>('/system/df', signal);
      const images = (used?.Images ?? [])
        .map((image) => toShelved(image, installationId))
        .filter(
          ({ id, names, serviceId }) => serviceId !== null || [id, ...names].some((name) => references.has(name)),
        );
      const histories: HistoryEntry[][] = [];
      // One that was removed since it was listed has none any more.
      for (const { id } of images)
        histories.push((await ask<HistoryEntry[]>(`/images/${encodeURIComponent(id)}/history`, signal)) ?? []);
      const records = (used?.BuildCache ?? []).filter(({ Shared }) => !Shared);
      return {
        images,
        imageBytes: bytesTogether(histories),
        cacheBytes: records.reduce((total, { Size }) => total + Size, 0),
      };
    },
  };
}
