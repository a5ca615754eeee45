import type { ApiClient } from '@davit/api';
import { orderOf } from './apply-manifests.ts';
import { type CloudResource, findResource } from './find-resource.ts';
import type { GraphStep } from './follow-graph.ts';
import { readManifests } from './read-manifests.ts';

/** A resource that can be taken back when those that use its outputs are. */
export interface ResourceStep extends GraphStep {
  readonly resource: CloudResource;
}

/**
 * The cloud resources that the manifests of a file or a folder name, in the order in which they can be taken back: first those that
 * use outputs of others.
 *
 * @throws CliError when one of them is not there
 */
export async function findManifestResources(api: ApiClient, path: string): Promise<ResourceStep[]> {
  const ordered = await orderOf(api, await readManifests(path));
  const found = await Promise.all(ordered.map(({ name }) => findResource(api, name)));
  const ids = new Map(ordered.map(({ name }, index) => [name, found[index]?.id ?? '']));
  return found
    .map((resource, index) => {
      const users = ordered.filter(({ after }) => after.includes(ordered[index]?.name ?? ''));
      return { id: resource.id, resource, after: users.map(({ name }) => ids.get(name) ?? '') };
    })
    .toReversed();
}
