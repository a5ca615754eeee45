import { type ReadManifest, resourceKey } from './manifest.ts';

const keyOf = ({ manifest }: ReadManifest): string =>
  resourceKey({ kind: manifest.kind, name: manifest.metadata.name });

/**
 * The manifests in waves: those of one wave need only outputs of waves before, so that they can be deployed at once. What is
 * referred to and not among them is taken for deployed.
 *
 * @throws AppError MANIFEST_INVALID naming a circle at the reference that closes it
 */
export function orderManifests(manifests: readonly ReadManifest[]): ReadManifest[][] {
  const byKey = new Map(manifests.map((each) => [keyOf(each), each]));
  const heights = new Map<ReadManifest, number>();
  const path: ReadManifest[] = [];

  function heightOf(read: ReadManifest): number {
    const known = heights.get(read);
    if (known !== undefined) return known;
    path.push(read);
    let height = 0;
    for (const reference of read.references) {
      const target = byKey.get(resourceKey(reference));
      if (target === undefined) continue;
      const start = path.indexOf(target);
      if (start !== -1) {
        const names = [...path.slice(start), target].map(keyOf).join(' → ');
        throw read.refuse(['spec', ...reference.path], `these refer to each other in a circle: ${names}`);
      }
      height = Math.max(height, heightOf(target) + 1);
    }
    path.pop();
    heights.set(read, height);
    return height;
  }

  const waves: ReadManifest[][] = [];
  for (const read of manifests) (waves[heightOf(read)] ??= []).push(read);
  return waves;
}
