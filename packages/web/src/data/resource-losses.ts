import type { CloudResourceOverview } from './use-overview.ts';

type Losing = Pick<CloudResourceOverview, 'resourceCount' | 'outputCount' | 'kind'>;

function made({ resourceCount, kind }: Losing): string {
  if (resourceCount === 0) return `Whatever its stack (${kind}) has made`;
  return `Everything its stack (${kind}) has made, ${resourceCount} ${resourceCount === 1 ? 'resource' : 'resources'}, with the data in it`;
}

function outputs({ outputCount }: Losing): readonly string[] {
  return outputCount === 0 ? [] : ['Its outputs: services whose variables use them cannot be deployed any more'];
}

/** What goes when everything that a resource made is destroyed. */
export function lossesOfDestroy(resource: Losing): readonly string[] {
  return [made(resource), ...outputs(resource)];
}

/** What goes when it is deleted. */
export function lossesOfDelete(resource: Losing): readonly string[] {
  return [...lossesOfDestroy(resource), 'Its manifest and the history of its state'];
}

/** What goes when davit forgets it. */
export function lossesOfOrphan(resource: Losing): readonly string[] {
  return [
    'Its manifest, and all states of its stack: davit cannot change or destroy what it made any more',
    ...outputs(resource),
  ];
}
