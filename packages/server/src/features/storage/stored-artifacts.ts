import type { BuildUse } from '../../adapters/builder/builder.ts';
import type { ShelvedImage } from '../../adapters/builder/image-shelf.ts';
import type { StoredArtifact } from './storage.ts';
import type { KeptRelease, ServiceNames } from './storage-store.ts';

export interface StoredArtifactsInput {
  /** Newest first. */
  releases: readonly KeptRelease[];
  images: readonly ShelvedImage[];
  /** Folders of builds that no release needs. */
  leftovers: readonly { path: string; serviceId: string }[];
  /** Of folders, by path. */
  sizes: ReadonlyMap<string, number>;
  use: BuildUse;
  names: ServiceNames;
}

const reasons = { active: 'active', retired: 'rollback', candidate: 'building', abandoned: 'collectable' } as const;
const order = ['active', 'building', 'rollback', 'collectable'] as const;

const placeOf = ({ artifact }: KeptRelease) => (artifact.kind === 'image' ? artifact.reference : artifact.folder);

/** Of several releases with one artifact the one that needs it most says why it is kept. */
function keptFor(releases: readonly KeptRelease[]): StoredArtifact['kept'] {
  const found = new Set(releases.map(({ state }) => reasons[state]));
  return order.find((reason) => found.has(reason)) ?? 'collectable';
}

const has = (image: ShelvedImage, reference: string) => image.id === reference || image.names.includes(reference);

function ofReleases(releases: readonly KeptRelease[], input: StoredArtifactsInput): StoredArtifact {
  const [newest] = releases;
  if (newest === undefined) throw new Error('an artifact of no release');
  const { artifact, serviceId, serviceName, project, organizationId, organization } = newest;
  const image = artifact.kind === 'image' ? input.images.find((one) => has(one, artifact.reference)) : undefined;
  const size = artifact.kind === 'folder' ? (input.sizes.get(artifact.folder) ?? null) : (image?.bytes ?? null);
  return {
    id: image?.id ?? placeOf(newest),
    kind: artifact.kind,
    isOwn: artifact.kind === 'folder' || image?.buildId !== null,
    kept: keptFor(releases),
    bytes: size,
    ownBytes: artifact.kind === 'folder' ? size : (image?.ownBytes ?? null),
    pushedTo: artifact.kind === 'image' ? artifact.pushedTo : null,
    service: { id: serviceId, name: serviceName, project },
    organization: { id: organizationId, name: organization },
    deployments: releases.map(({ deploymentId, deploymentNumber }) => ({ id: deploymentId, number: deploymentNumber })),
    createdAt: image?.createdAt ?? releases.at(-1)?.createdAt ?? null,
  };
}

/** What lies here for a service although no release needs it. */
function unneeded(
  serviceId: string,
  names: ServiceNames,
): Pick<StoredArtifact, 'service' | 'organization' | 'deployments' | 'pushedTo'> {
  const found = names.get(serviceId);
  return {
    pushedTo: null,
    service: found === undefined ? null : { id: found.id, name: found.name, project: found.project },
    organization: found === undefined ? null : { id: found.organizationId, name: found.organization },
    deployments: [],
  };
}

/** Whether davit built or fetched this image and nothing needs it. */
function isCollectable(image: ShelvedImage, { artifacts, busy }: BuildUse): boolean {
  if (image.serviceId === null || busy.has(image.serviceId)) return false;
  return !artifacts.some((artifact) => artifact.kind === 'image' && has(image, artifact.reference));
}

/** Everything that was built or fetched for a release, and what is left of those that are gone: the largest first. */
export function listStoredArtifacts(input: StoredArtifactsInput): StoredArtifact[] {
  const byPlace = Map.groupBy(input.releases, placeOf);
  const kept = [...byPlace.values()].map((releases) => ofReleases(releases, input));
  const images = input.images
    .filter((image) => isCollectable(image, input.use))
    .map((image): StoredArtifact => {
      const { id, buildId, bytes, ownBytes, createdAt } = image;
      const common = unneeded(image.serviceId ?? '', input.names);
      return { id, kind: 'image', isOwn: buildId !== null, kept: 'collectable', bytes, ownBytes, createdAt, ...common };
    });
  const folders = input.leftovers.map(({ path, serviceId }): StoredArtifact => {
    const bytes = input.sizes.get(path) ?? null;
    const common = unneeded(serviceId, input.names);
    return {
      id: path,
      kind: 'folder',
      isOwn: true,
      kept: 'collectable',
      bytes,
      ownBytes: bytes,
      createdAt: null,
      ...common,
    };
  });
  return [...kept, ...images, ...folders].toSorted(
    (one, other) => (other.bytes ?? -1) - (one.bytes ?? -1) || (one.id < other.id ? -1 : 1),
  );
}
