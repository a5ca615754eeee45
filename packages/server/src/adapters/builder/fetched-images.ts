import { type EngineClient, EngineError, pullImage, type RegistryAuth } from '@davit/agent/engine';
import type { BuildUse } from './builder.ts';

/** For whom an image was fetched. */
export interface FetchedFor {
  /** What it begins with: the names of several on one engine need only differ. */
  installation: string;
  /** In small letters. */
  serviceId: string;
  /** Of what was fetched, in hexadecimal. All of it: an image with the same beginning can be made. */
  digest: string;
}

interface ListedImage {
  Id: string;
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
}

const begins = (installation: string) => installation.slice(0, 8).toLowerCase();
/** Of `name@sha256:…`. */
const digestOf = (reference: string) => /@sha256:([0-9a-f]{64})$/.exec(reference)?.[1];

/** Who davit fetched an image for that has this name; undefined: it is not one of those names. */
export function fetchedFor(name: string): FetchedFor | undefined {
  const [, serviceId, installation, digest] = /^davit\/([^/:]+):fetched-([\w.-]{1,8})-([0-9a-f]{64})$/.exec(name) ?? [];
  return serviceId && installation && digest ? { serviceId, installation, digest } : undefined;
}

/** An image without any name is listed under `<none>:<none>`. */
const known = (names: string[] | null) => (names ?? []).filter((name) => !name.startsWith('<none>'));

const pathOf = (name: string) => `/images/${encodeURIComponent(name)}`;

async function listImages(engine: EngineClient, signal: AbortSignal): Promise<ListedImage[]> {
  return ((await engine.call('/images/json', { signal })) ?? []) as ListedImage[];
}

/**
 * Lets the engine fetch `name@sha256:…`, and gives the image a name of its service, which no Dockerfile of another one may
 * have: an image without a tag is removed by `docker image prune`, and nobody could say later for whom it is here. One that
 * somebody else has given a name is kept by that, and is not davit's.
 *
 * @throws PullError
 */
export async function fetchByDigest(
  engine: EngineClient,
  reference: string,
  whose: { serviceId: string; installation: string },
  auth: RegistryAuth | undefined,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await pullImage(engine, reference, auth, say, signal);
  const { RepoTags } = (await engine.call(`${pathOf(reference)}/json`, { signal })) as ListedImage;
  if (!known(RepoTags).every((name) => fetchedFor(name) !== undefined)) return;
  const tag = `fetched-${begins(whose.installation)}-${digestOf(reference)}`;
  const query = { repo: `davit/${whose.serviceId}`.toLowerCase(), tag };
  await engine.call(`${pathOf(reference)}/tag`, { method: 'POST', query, signal });
}

/**
 * A name that the engine has for what `name@sha256:…` names, given by whichever service: of an image that a container is made
 * of, `docker image prune --all` leaves the last of its names only.
 */
export async function findFetched(
  engine: EngineClient,
  reference: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const digest = digestOf(reference);
  if (digest === undefined) return undefined;
  const tags = (await listImages(engine, signal)).flatMap(({ RepoTags }) => known(RepoTags));
  return tags.find((name) => fetchedFor(name)?.digest === digest);
}

/** `name@sha256:…` of what this engine has for other services than that one. */
export async function listFetchedForOthers(
  engine: EngineClient,
  serviceId: string,
  signal: AbortSignal,
): Promise<string[]> {
  const own = serviceId.toLowerCase();
  const isOthers = (name: string) => ![undefined, own].includes(fetchedFor(name)?.serviceId);
  const images = await listImages(engine, signal);
  return images
    .filter(({ RepoTags }) => known(RepoTags).some(isOthers))
    .flatMap(({ RepoDigests }) => known(RepoDigests));
}

/** Lets go of what this installation fetched and no release needs. What has another name, or a container, stays. */
export async function removeFetched(
  engine: EngineClient,
  installation: string,
  { artifacts, busy }: BuildUse,
  signal: AbortSignal,
): Promise<void> {
  const needed = new Set(
    artifacts.flatMap((artifact) => (artifact.kind === 'image' ? digestOf(artifact.reference) : [])),
  );
  const isBusy = new Set([...busy].map((serviceId) => serviceId.toLowerCase()));
  const isUnneeded = (of: FetchedFor) =>
    of.installation === begins(installation) && !needed.has(of.digest) && !isBusy.has(of.serviceId);

  async function remove(name: string): Promise<void> {
    try {
      await engine.call(pathOf(name), { method: 'DELETE', signal });
    } catch (error) {
      // 409: a container is made of it.
      if (!(error instanceof EngineError) || (error.status !== 404 && error.status !== 409)) throw error;
    }
  }

  for (const { RepoTags, RepoDigests } of await listImages(engine, signal)) {
    const tags = known(RepoTags).map((name) => ({ name, of: fetchedFor(name) }));
    const gone = tags.filter(({ of }) => of !== undefined && isUnneeded(of));
    // Who has given it a name may have fetched it, too.
    const isOwn = gone.length > 0 && tags.every(({ of }) => of !== undefined);
    const kept = new Set(tags.filter((tag) => !gone.includes(tag)).map(({ of }) => of?.digest));
    const digests = isOwn ? known(RepoDigests).filter((name) => !kept.has(digestOf(name))) : [];
    // The digests first: an image that a container needs keeps the name by which the next try finds it.
    for (const name of [...digests, ...gone.map((tag) => tag.name)]) await remove(name);
  }
}
