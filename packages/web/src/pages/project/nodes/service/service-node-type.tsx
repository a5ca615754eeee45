import { lazy, Suspense } from 'react';
import type { Overview, ServiceOverview } from '../../../../data/use-overview.ts';
import type { ProjectSearch } from '../../../../route-search.ts';
import { statusLook } from '../../../../ui/status.ts';
import type { TabSearch } from '../../../service/index.ts';
import type { NodeDrawerProps, NodeType } from '../node-type.ts';
import { ServiceNode } from './service-node.tsx';
import { useServiceActions } from './use-service-actions.tsx';

const ServiceDrawer = lazy(async () => ({ default: (await import('../../../service/index.ts')).ServiceDrawer }));

function withoutAbsent(search: TabSearch): ProjectSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** A service: name, state, address, instances, last deployment, CPU of the last hour. */
export const serviceNodeType: NodeType<ServiceOverview> = {
  group: 'Services',
  component: ServiceNode,
  width: 260,
  height: 118,
  list: ({ services }: Overview) =>
    services.map((service) => ({
      id: service.id,
      name: service.name,
      label: `Service ${service.name}, ${statusLook(service.status).label.toLowerCase()}`,
      data: service,
    })),
  useActions: useServiceActions,
  idIn: ({ service }) => service,
  addressOf: (service) => ({ service }),
  drawer: ({ projectId, item, search, canChange, go }: NodeDrawerProps<ServiceOverview>) => (
    <Suspense fallback={null}>
      <ServiceDrawer
        key={item.id}
        projectId={projectId}
        service={item.data}
        search={search}
        canChange={canChange}
        onClose={() => go({})}
        onSearch={(next) => go({ service: item.id, ...withoutAbsent({ tab: search.tab, ...next }) })}
      />
    </Suspense>
  ),
};
