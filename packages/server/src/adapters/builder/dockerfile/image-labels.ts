import { fetchedFor } from '../fetched-images.ts';

/** Which build of whose service an image is of. */
export interface ImageOwner {
  installationId: string;
  serviceId: string;
  buildId: string;
}

// Containers inherit the labels of their image: these must not be taken for those of instances.
const labelNames = {
  installationId: 'davit.image.installation',
  serviceId: 'davit.image.service',
  buildId: 'davit.image.build',
} as const;

/** Labels that say whose an image is: davit removes no image without them. */
export function imageLabels(owner: ImageOwner): Record<string, string> {
  return Object.fromEntries(Object.entries(labelNames).map(([key, label]) => [label, owner[key as keyof ImageOwner]]));
}

/** The service that an image with these labels is of. */
export function serviceOfImage(labels: Readonly<Record<string, string>>): string | undefined {
  return labels[labelNames.serviceId];
}

/** Undefined: davit has not built it. */
export function ownerOfImage(labels: Readonly<Record<string, string>>): ImageOwner | undefined {
  const {
    [labelNames.installationId]: installationId,
    [labelNames.serviceId]: serviceId,
    [labelNames.buildId]: buildId,
  } = labels;
  if (installationId === undefined || serviceId === undefined || buildId === undefined) return undefined;
  return { installationId, serviceId, buildId };
}

/**
 * Whose build an image is. Labels alone do not tell: an image that somebody builds upon one of davit's has them too, and so has
 * one of davit's that somebody gave a name of his own. Neither is davit's to remove.
 *
 * @param names `name:tag` and `name@sha256:…`, all that it has here: one that was fetched may have no tag
 */
export function builtFor(labels: Readonly<Record<string, string>>, names: readonly string[]): ImageOwner | undefined {
  const owner = ownerOfImage(labels);
  if (owner === undefined) return undefined;
  const [service, tag] = [`/${owner.serviceId}`.toLowerCase(), `:${owner.buildId}`.toLowerCase()];
  const isOwn = (name: string) =>
    name.includes('@')
      ? name.includes(`${service}@`)
      : name.endsWith(service + tag) || `/${fetchedFor(name)?.serviceId}` === service;
  return names.every(isOwn) ? owner : undefined;
}

/** Labels to look for. */
export function labelFilters(owner: Partial<ImageOwner>): string[] {
  return Object.entries(owner).map(([key, value]) => `${labelNames[key as keyof ImageOwner]}=${value}`);
}
