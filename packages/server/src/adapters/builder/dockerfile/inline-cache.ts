import type { BuildRequest } from '../builder.ts';

/**
 * The one cache in a registry that the BuildKit of a Docker Engine writes: an image says of its own layers which steps made them, as
 * digests in its configuration, and a build elsewhere takes them from there.
 */
export interface InlineCache {
  /** The image that is asked for steps; undefined: there is none yet. */
  from: string | undefined;
}

/**
 * Of the image that serves, by its digest: no release that serves is collected, and its steps are those of the service itself.
 *
 * @param prefix what davit pushes below; undefined: nothing is pushed by the engine, and nothing asked for
 */
export async function inlineCacheOf(
  { cacheKey, servingImage }: Pick<BuildRequest, 'cacheKey' | 'servingImage'>,
  prefix: string | undefined,
): Promise<InlineCache | undefined> {
  if (prefix === undefined) return undefined;
  const image = await servingImage?.();
  // Not one of somebody else's, and not one of a registry that davit pushed to before.
  const isOwn = image?.startsWith(`${prefix}/${cacheKey}@`.toLowerCase()) === true;
  return { from: isOwn ? image : undefined };
}

/**
 * As Docker's own client of 20.10 and buildx understand them. The argument is for BuildKit: a step sees it where its Dockerfile
 * declares it, and then it is always 1, so that no step is made anew for it.
 */
export function inlineCacheFlags(cache: InlineCache | undefined): string[] {
  if (cache === undefined) return [];
  const imported = cache.from === undefined ? [] : ['--cache-from', cache.from];
  return ['--build-arg', 'BUILDKIT_INLINE_CACHE=1', ...imported];
}
