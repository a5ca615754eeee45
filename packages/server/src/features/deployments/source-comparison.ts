import type { ServiceSource } from '../services/index.ts';
import type { DeploymentSource } from './deployment.ts';

/** What a deployment was made from; a rollback counts as what it brought back. */
export interface DeployedSource {
  source: DeploymentSource;
  commitSha: string | null;
}

type Git = Extract<DeploymentSource, { type: 'git' }>;

/** What decides which bytes a Git source gives; how the host is known does not. */
function contentOf({ url, reference, rootFolder, submodules, lfs }: Git | Extract<ServiceSource, { type: 'git' }>) {
  return JSON.stringify([url, reference, rootFolder, submodules, lfs]);
}

/**
 * Whether a deployment now would bring another source than `active` has, as far as is known without asking a Git host: the source
 * of the service was changed, or a later deployment has fetched something else from it already.
 * @param digests of uploads, by their ids
 */
export function isSourceChanged(
  service: ServiceSource,
  active: DeployedSource,
  newest: DeployedSource | undefined,
  digests: ReadonlyMap<string, string>,
): boolean {
  if (service.type === 'git') {
    if (active.source.type !== 'git' || contentOf(active.source) !== contentOf(service)) return true;
    if (newest?.source.type !== 'git' || newest.commitSha === null) return false;
    return contentOf(newest.source) === contentOf(service) && newest.commitSha !== active.commitSha;
  }
  if (service.type === 'image') return active.source.type !== 'image' || active.source.image !== service.image;
  if (active.source.type !== 'upload' || active.source.rootFolder !== service.rootFolder) return true;
  if (newest?.source.type !== 'upload') return false;
  return !isSameUpload(active.source.uploadId, newest.source.uploadId, digests);
}

/** Whether two uploads are the same bytes. */
export function isSameUpload(one: string, other: string, digests: ReadonlyMap<string, string>): boolean {
  if (one === other) return true;
  const digest = digests.get(one);
  return digest !== undefined && digest === digests.get(other);
}
