/** Which build of whose service an image is of. */
export interface ImageOwner {
  installationId: string;
  serviceId: string;
  buildId: string;
}

// Containers inherit the labels of their image: these must not be taken for those of instances.
const names = {
  installationId: 'davit.image.installation',
  serviceId: 'davit.image.service',
  buildId: 'davit.image.build',
} as const;

/** Labels that say whose an image is: davit removes no image without them. */
export function imageLabels(owner: ImageOwner): Record<string, string> {
  return Object.fromEntries(Object.entries(names).map(([key, label]) => [label, owner[key as keyof ImageOwner]]));
}

/** The service that an image with these labels is of. */
export function serviceOfImage(labels: Readonly<Record<string, string>>): string | undefined {
  return labels[names.serviceId];
}

/** Undefined: davit has not built it. */
function ownerOfImage(labels: Readonly<Record<string, string>>): ImageOwner | undefined {
  const { [names.installationId]: installationId, [names.serviceId]: serviceId, [names.buildId]: buildId } = labels;
  if (installationId === undefined || serviceId === undefined || buildId === undefined) return undefined;
  return { installationId, serviceId, buildId };
}

/**
 * Whose build an image is. Labels alone do not tell: an image that somebody builds upon one of davit's has them too, and so has
 * one of davit's that somebody gave a name of his own. Neither is davit's to remove.
 *
 * @param tags `name:tag` of all its names here
 */
export function builtFor(labels: Readonly<Record<string, string>>, tags: readonly string[]): ImageOwner | undefined {
  const owner = ownerOfImage(labels);
  if (owner === undefined) return undefined;
  const own = `/${owner.serviceId}:${owner.buildId}`.toLowerCase();
  return tags.every((tag) => tag.endsWith(own)) ? owner : undefined;
}

/** Labels to look for. */
export function labelFilters(owner: Partial<ImageOwner>): string[] {
  return Object.entries(owner).map(([key, value]) => `${names[key as keyof ImageOwner]}=${value}`);
}
