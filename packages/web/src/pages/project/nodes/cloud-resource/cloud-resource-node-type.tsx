import { lazy, Suspense } from 'react';
import type { CloudResourceOverview, Overview } from '../../../../data/use-overview.ts';
import type { ProjectSearch } from '../../../../route-search.ts';
import { statusLook } from '../../../../ui/status.ts';
import type { ResourceSearch } from '../../../cloud-resource/index.ts';
import type { NodeDrawerProps, NodeType } from '../node-type.ts';
import { CloudResourceNode } from './cloud-resource-node.tsx';
import { useCloudResourceActions } from './use-cloud-resource-actions.tsx';

const CloudResourceDrawer = lazy(async () => ({
  default: (await import('../../../cloud-resource/index.ts')).CloudResourceDrawer,
}));

function withoutAbsent(search: ResourceSearch): ProjectSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** A cloud resource: name, kind, state, outputs, last update. */
export const cloudResourceNodeType: NodeType<CloudResourceOverview> = {
  group: 'Cloud resources',
  component: CloudResourceNode,
  width: 260,
  height: 92,
  list: ({ cloudResources }: Overview) =>
    cloudResources.map((resource) => ({
      id: resource.id,
      name: resource.name,
      label: `Cloud resource ${resource.name} of kind ${resource.kind}, ${statusLook(resource.status).label.toLowerCase()}`,
      data: resource,
    })),
  useActions: useCloudResourceActions,
  idIn: ({ resource }) => resource,
  addressOf: (resource) => ({ resource }),
  drawer: ({ item, search, canChange, go }: NodeDrawerProps<CloudResourceOverview>) => (
    <Suspense fallback={null}>
      <CloudResourceDrawer
        key={item.id}
        resource={item.data}
        search={search}
        canChange={canChange}
        onClose={() => go({})}
        onSearch={(next) => go({ resource: item.id, ...withoutAbsent({ tab: search.tab, ...next }) })}
      />
    </Suspense>
  ),
};
