import { type EngineClient, EngineError } from '@davit/agent/engine';
import type { BuildUse } from '../builder.ts';
import { builderErrors } from '../builder-errors.ts';
import { listFetchedForOthers, removeFetched } from '../fetched-images.ts';
import { builtFor } from './image-labels.ts';

/** An image as the engine describes it. */
export interface EngineImage {
  id: string;
  labels: Record<string, string>;
  exposedPorts: string[];
  bytes: number;
  /** `linux/amd64`. */
  platform: string;
  /** `name:tag` of all its names here. */
  tags: string[];
  /** `name@sha256:…` for each registry that it was pushed to or pulled from. */
  repoDigests: string[];
}

/** The few calls of the Docker Engine API that builds need (https://docs.docker.com/reference/api/engine/version/v1.41/). */
export interface EngineApi {
  /** Whether it answers at all. @throws AppError BUILD_ENGINE_UNREACHABLE */
  assertThere(signal: AbortSignal): Promise<void>;
  /** @throws AppError BUILD_ENGINE_UNREACHABLE */
  inspectImage(reference: string, signal: AbortSignal): Promise<EngineImage | undefined>;
  /** Images that carry all of these labels, as `name` or `name=value`. */
  listImages(labels: readonly string[], signal: AbortSignal): Promise<{ id: string; labels: Record<string, string> }[]>;
  /** `name@sha256:…` of finished images that were fetched for other services. */
  listFetchedForOthers(serviceId: string, signal: AbortSignal): Promise<string[]>;
  /** Lets go of finished images that this installation fetched and no release needs. */
  removeFetched(installation: string, use: BuildUse, signal: AbortSignal): Promise<void>;
  /** One that is not there is fine; one that a container needs stays, and so does one that is not davit's alone. */
  removeImage(id: string, signal: AbortSignal): Promise<void>;
}

interface InspectedImage {
  Id: string;
  Os: string;
  Architecture: string;
  Size: number;
  Variant?: string;
  RepoDigests: string[] | null;
  RepoTags: string[] | null;
  Config: { Labels: Record<string, string> | null; ExposedPorts?: Record<string, unknown> | null } | null;
}

interface ListedImage {
  Id: string;
  Labels: Record<string, string> | null;
}

/** What builds need of one engine. */
export function createEngineApi(engine: EngineClient): EngineApi {
  /** @throws AppError BUILD_ENGINE_UNREACHABLE unless it is one of `expected` */
  async function ask<T>(what: string, expected: readonly number[], call: () => Promise<unknown>): Promise<T | number> {
    try {
      return (await call()) as T;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (expected.includes(error.status)) return error.status;
      const away = error.status === 0;
      const message = away ? error.message : `The Docker Engine could not ${what}.`;
      throw builderErrors.BUILD_ENGINE_UNREACHABLE({ message, cause: error, away });
    }
  }

  async function inspectImage(reference: string, signal: AbortSignal): Promise<EngineImage | undefined> {
    const path = `/images/${encodeURIComponent(reference)}/json`;
    const image = await ask<InspectedImage>('describe an image', [404], () => engine.call(path, { signal }));
    if (typeof image === 'number') return undefined;
    return {
      id: image.Id,
      labels: image.Config?.Labels ?? {},
      bytes: image.Size,
      exposedPorts: Object.keys(image.Config?.ExposedPorts ?? {}),
      platform: [image.Os, image.Architecture, ...(image.Variant ? [image.Variant] : [])].join('/'),
      tags: image.RepoTags ?? [],
      repoDigests: image.RepoDigests ?? [],
    };
  }

  return {
    async assertThere(signal) {
      // Not its version: to tell that, it starts runc and docker-init and asks them for theirs.
      await ask('answer', [], () => engine.call('/_ping', { method: 'HEAD', signal }));
    },

    inspectImage,

    async listImages(labels, signal) {
      const query = { filters: JSON.stringify({ label: labels }) };
      const images = await ask<ListedImage[]>('list images', [], () => engine.call('/images/json', { query, signal }));
      if (typeof images === 'number') return [];
      return images.map((image) => ({ id: image.Id, labels: image.Labels ?? {} }));
    },

    async listFetchedForOthers(serviceId, signal) {
      const names = await ask<string[]>('list images', [], () => listFetchedForOthers(engine, serviceId, signal));
      return typeof names === 'number' ? [] : names;
    },

    async removeFetched(installation, use, signal) {
      await ask('remove images', [], () => removeFetched(engine, installation, use, signal));
    },

    async removeImage(id, signal) {
      const image = await inspectImage(id, signal);
      if (image === undefined || builtFor(image.labels, [...image.tags, ...image.repoDigests]) === undefined) return;
      // 409: a container of it runs, or an image that is built upon it is there.
      await ask('remove an image', [404, 409], () =>
        engine.call(`/images/${encodeURIComponent(id)}`, { method: 'DELETE', query: { force: 'true' }, signal }),
      );
    },
  };
}
