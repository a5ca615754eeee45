import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineClient } from '@davit/agent/engine';
import type { Executor } from '../../executor/executor.ts';
import { removeCommands } from '../../executor/remove-commands.ts';
import type { ImageRegistry } from '../../image-registry/image-registry.ts';
import type { Artifact, Builder, BuildOutput, BuildRequest, ImageArtifact, RegistryLogin } from '../builder.ts';
import { builderErrors } from '../builder-errors.ts';
import type { BaseImages } from './base-images.ts';
import { buildPlace, layOutPlace } from './build-place.ts';
import { createClientCommands } from './client-command.ts';
import { createEngineApi } from './engine-api.ts';
import { judgeForeignImages } from './foreign-images.ts';
import {
  buildkitBuild,
  type ClientCommand,
  engineBuild,
  findProgram,
  type ImageBuild,
  socketOf,
} from './image-client.ts';
import { imageLabels, labelFilters, ownerOfImage, serviceOfImage } from './image-labels.ts';
import { type ImagePlan, planImage } from './image-plan.ts';
import { inlineCacheOf } from './inline-cache.ts';
import type { HostRefusal } from './judge-outside-hosts.ts';
import { type Prepared, prepareImage } from './prepare-image.ts';
import type { Railpack } from './railpack/create-railpack.ts';
import { runClient } from './run-client.ts';

/** Where images are pushed to, so that other machines can have them. */
export interface PushRegistry extends RegistryLogin {
  /** `host[:port]/path`, without a slash at its end: the images of services are below it. */
  prefix: string;
  isPlainHttp: boolean;
  /** To forget there what is not needed any more. */
  images: Pick<ImageRegistry, 'removeManifest' | 'removeTag'>;
}

export interface ImageBuilderOptions {
  executor: Executor;
  engine: EngineClient;
  /** Of the same engine, for its client: `unix://` or `tcp://`. */
  dockerHost: string;
  /** A buildkitd beside the engine; undefined: the engine's own BuildKit. */
  buildkitAddress: string | undefined;
  registry: PushRegistry | undefined;
  baseImages: BaseImages;
  /** `cache/<key>/…`: what is kept between the builds of one service. */
  cacheFolder: string;
  /** Tells this installation's images from those of others on the engine. */
  installation: () => Promise<string>;
  /** Whether what has this id (a build, a service) came here with a backup: the installation that made it may still need its images. */
  readonly isInherited: (id: string) => Promise<boolean>;
  hostEnvironment: Readonly<Record<string, string>>;
  extraCaFile: string | undefined;
  /** Judges a host that a Dockerfile names, and that what builds the image calls for it. */
  refusalOf: HostRefusal;
  railpack: Railpack;
  /** Where groups are that the executor lends; undefined: it has none. */
  lentGroups: () => Promise<string | undefined>;
  removeFolder(path: string, signal: AbortSignal): Promise<void>;
}

/** What a buildkitd keeps of a service's steps in the registry, beside its images. */
const CACHE_TAG = 'cache';

/** Builds images: by the source's Dockerfile, else by one that is generated from its plan. */
export function createImageBuilder(options: ImageBuilderOptions): Builder {
  const { executor, registry, extraCaFile, cacheFolder, installation, isInherited } = options;
  const commandOf = createClientCommands(options);
  const engine = createEngineApi(options.engine);

  /** The build, and how its image gets to where it is wanted. */
  function clientsOf(build: ImageBuild, pushedTo: string | undefined): { client: ClientCommand; sockets: string[] }[] {
    const path = options.hostEnvironment['PATH'];
    const docker = () => findProgram('docker', path);
    const engineSockets = socketOf(options.dockerHost);
    const push = (tag: string) => ({
      client: { name: 'push', title: `push ${tag}`, argv: [docker(), 'push', '--quiet', '--', tag] },
      sockets: engineSockets,
    });
    if (options.buildkitAddress === undefined) {
      const clients = [{ client: engineBuild(docker(), build), sockets: engineSockets }];
      return pushedTo === undefined ? clients : [...clients, push(pushedTo)];
    }
    const buildctl = findProgram('buildctl', path);
    const sockets = socketOf(options.buildkitAddress);
    if (pushedTo !== undefined && registry !== undefined) {
      const to = {
        push: pushedTo,
        cache: `${pushedTo.replace(/:[^:/]*$/, '')}:${CACHE_TAG}`,
        isPlainHttp: registry.isPlainHttp,
      };
      const pull = { name: 'pull', title: `pull ${pushedTo}`, argv: [docker(), 'pull', '--quiet', '--', pushedTo] };
      return [
        { client: buildkitBuild(buildctl, options.buildkitAddress, build, to), sockets },
        { client: pull, sockets: engineSockets },
      ];
    }
    const load = {
      name: 'load',
      title: `load ${build.tag}`,
      argv: [docker(), 'load', '--quiet', '--input', build.place.archive],
    };
    return [
      { client: buildkitBuild(buildctl, options.buildkitAddress, build, { archive: build.place.archive }), sockets },
      { client: load, sockets: engineSockets },
    ];
  }

  async function isUnderWay(request: BuildRequest, signal: AbortSignal): Promise<boolean> {
    return (await executor.list(signal)).some(({ id }) => id.startsWith(`${request.id}-image`));
  }

  async function artifactOf(
    request: BuildRequest,
    prepared: Prepared,
    tag: string,
    pushedTo: string | undefined,
    signal: AbortSignal,
  ): Promise<ImageArtifact> {
    const image = await engine.inspectImage(tag, signal);
    if (image === undefined) {
      // An engine that was killed may have lost it: another try must not find the client that has ended well.
      await removeCommands(executor, `${request.id}-`, signal);
      throw builderErrors.BUILD_ENGINE_UNREACHABLE({ message: `The image ${tag} is not in the engine.` });
    }
    const repository = pushedTo?.replace(/:[^:/]*$/, '');
    const pushed = image.repoDigests.find((each) => each.startsWith(`${repository}@`));
    if (pushedTo !== undefined && pushed === undefined)
      throw builderErrors.BUILD_PUSH_FAILED({ message: `The registry gave ${pushedTo} no digest.` });
    const ports = image.exposedPorts.filter((port) => port.endsWith('/tcp')).map((port) => Number.parseInt(port, 10));
    return {
      kind: 'image',
      reference: pushed ?? image.id,
      digest: pushed?.split('@')[1] ?? null,
      pushedTo: pushedTo ?? null,
      platform: image.platform,
      processes: prepared.processes,
      release: prepared.release,
      environment: {},
      exposedPort: ports.length === 1 ? (ports[0] ?? null) : null,
      bytes: image.bytes,
    };
  }

  async function build(
    request: BuildRequest,
    plan: ImagePlan,
    output: BuildOutput,
    signal: AbortSignal,
  ): Promise<ImageArtifact> {
    const [isKnown, groups] = await Promise.all([
      isUnderWay(request, signal),
      options.lentGroups(),
      // A client would say the same, once more for every look at an engine that is waited for.
      engine.assertThere(signal),
    ]);
    const place = buildPlace(request.folder);
    const prepared =
      plan.kind === 'railpack'
        ? await options.railpack.prepare(request, output, signal)
        : await prepareImage(request, plan, options);
    // A buildkitd of its own knows nothing of what the engine has.
    const engineImages = options.buildkitAddress === undefined ? request : undefined;
    await judgeForeignImages(prepared.images, request.registries ?? [], { engineImages }, options.engine, signal);
    if (!isKnown) await layOutPlace(place, prepared.dockerfile.content, prepared.ignored);
    await mkdir(place.home, { recursive: true });
    const name = registry === undefined ? 'davit' : registry.prefix;
    const tag = `${name}/${request.cacheKey}:${request.id}`.toLowerCase();
    const pushedTo = registry === undefined ? undefined : tag;
    const { target, platform } = request.overrides;
    const scopeFile = extraCaFile === undefined ? [] : [{ id: prepared.dockerfile.scopeSecret, path: extraCaFile }];
    const { context, secrets, buildArgs } = prepared;
    const image: ImageBuild = {
      place,
      context,
      tag,
      target,
      platform,
      secrets,
      fileSecrets: scopeFile,
      cgroupParent: groups === undefined ? undefined : `${groups}/${request.cacheKey}`,
      labels: imageLabels({ installationId: await installation(), serviceId: request.cacheKey, buildId: request.id }),
      // A buildkitd has a better one.
      inlineCache: await inlineCacheOf(request, options.buildkitAddress === undefined ? registry?.prefix : undefined),
      // Folders that steps keep between builds are the service's own.
      buildArgs: { ...buildArgs, BUILDKIT_CACHE_MOUNT_NS: request.cacheKey },
    };
    const { originalLines } = prepared.dockerfile;
    const clients = clientsOf(image, pushedTo);
    for (const { client, sockets } of clients) {
      const command = commandOf(request, client, client.name === 'image' ? secrets : [], sockets);
      const id = `${request.id}-${client.name}`;
      const since = performance.now();
      const { stages } = await runClient(executor, id, { ...client, command, originalLines }, output, signal);
      const seconds = (performance.now() - since) / 1000;
      const whole = client.name === 'image' ? stages : [{ title: client.title, seconds, cached: false }];
      for (const stage of whole) output.stage?.(stage);
    }
    // As large as the image; the rest of the place goes with the source.
    if (clients.some(({ client }) => client.name === 'load')) await options.removeFolder(place.archive, signal);
    return await artifactOf(request, prepared, tag, pushedTo, signal);
  }

  /** On an engine that another installation works with too, its images are left. */
  async function mayRemove(labels: Readonly<Record<string, string>>): Promise<boolean> {
    const owner = ownerOfImage(labels);
    if (owner === undefined || owner.installationId === (await installation()))
      return serviceOfImage(labels) !== undefined;
    return !(await isInherited(owner.buildId));
  }

  /** Here and in the registry, unless it was built by somebody else: what is below the prefix alone is davit's. */
  async function removeImage({ reference, digest, pushedTo }: ImageArtifact, signal: AbortSignal): Promise<void> {
    const image = await engine.inspectImage(reference, signal);
    if (image !== undefined && (await mayRemove(image.labels))) await engine.removeImage(image.id, signal);
    if (registry === undefined || digest === null || pushedTo?.startsWith(`${registry.prefix}/`) !== true) return;
    const tag = pushedTo.slice(pushedTo.lastIndexOf(':') + 1);
    if (await isInherited(tag)) return;
    const repository = pushedTo.slice(0, -tag.length - 1).slice(registry.server.length + 1);
    await registry.images.removeManifest(repository, digest, signal);
  }

  async function forgetTag(cacheKey: string, tag: string, signal: AbortSignal): Promise<void> {
    // A tag is the id of a build, or the cache of a whole service.
    if (registry === undefined || (await isInherited(tag === CACHE_TAG ? cacheKey : tag))) return;
    const repository = `${registry.prefix}/${cacheKey}`.toLowerCase().slice(registry.server.length + 1);
    await registry.images.removeTag(repository, tag, signal);
  }

  async function removeImages(label: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    const images = await engine.listImages(labelFilters({ installationId: await installation(), ...label }), signal);
    for (const { id } of images) await engine.removeImage(id, signal);
  }

  return {
    name: 'dockerfile',
    plan: (request, signal) =>
      request.overrides.builder === 'railpack' ? options.railpack.plan(signal) : planImage(request),
    build: (request, plan, output, signal) => build(request, plan as ImagePlan, output, signal),

    async abandon({ id, folder, cacheKey }, signal) {
      await removeCommands(executor, `${id}-`, signal);
      await options.removeFolder(buildPlace(folder).folder, signal);
      await options.removeFolder(folder, signal);
      // Of one build, or of a whole service.
      await removeImages(id.startsWith('svc_') ? { serviceId: id } : { buildId: id }, signal);
      // No release will ever name it: the push may have been the last that was done.
      if (cacheKey !== undefined) await forgetTag(cacheKey, id.toLowerCase(), signal);
    },

    async removeSource(artifact: Artifact, folder, signal) {
      if (artifact.kind !== 'image') return;
      await options.removeFolder(buildPlace(folder).folder, signal);
      await options.removeFolder(folder, signal);
    },

    async has(artifact: Artifact, signal) {
      if (artifact.kind === 'folder') return existsSync(artifact.folder);
      // An id without a name says nothing about where it came from.
      return artifact.reference.includes('@') || (await engine.inspectImage(artifact.reference, signal)) !== undefined;
    },

    async remove(artifact: Artifact, signal) {
      if (artifact.kind === 'folder') await options.removeFolder(artifact.folder, signal);
      else await removeImage(artifact, signal);
    },

    async tidy(use, signal) {
      const { artifacts, busy } = use;
      const needed = new Set(artifacts.flatMap((artifact) => (artifact.kind === 'image' ? artifact.reference : [])));
      for (const { id, labels } of await engine.listImages(
        labelFilters({ installationId: await installation() }),
        signal,
      )) {
        const serviceId = serviceOfImage(labels);
        const image = await engine.inspectImage(id, signal);
        const names = [id, ...(image?.repoDigests ?? [])];
        if (serviceId !== undefined && !busy.has(serviceId) && !names.some((each) => needed.has(each)))
          await engine.removeImage(id, signal);
      }
      await engine.removeFetched(await installation(), use, signal);
    },

    async removeCache(cacheKey, signal) {
      if (options.buildkitAddress !== undefined) await forgetTag(cacheKey, CACHE_TAG, signal);
      await options.removeFolder(join(cacheFolder, cacheKey), signal);
      await rm(join(cacheFolder, cacheKey), { recursive: true, force: true });
    },
  };
}
