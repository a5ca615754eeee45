import { Suspense } from 'react';
import type { ServiceOverview } from '../../data/use-overview.ts';
import type { ProjectSearch } from '../../route-search.ts';
import { Alert } from '../../ui/alert.tsx';
import { Drawer } from '../../ui/drawer.tsx';
import { ExternalLink } from '../../ui/external-link.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Tab, TabList, TabPanel, Tabs } from '../../ui/tabs.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { ServiceActions } from './service-actions.tsx';
import type { ServiceTabProps, TabSearch } from './service-tab.ts';
import { serviceTabs } from './service-tabs.ts';
import { UndeployedChanges } from './undeployed-changes.tsx';

export interface ServiceDrawerProps {
  projectId: string;
  service: ServiceOverview;
  /** What the address says of the drawer. */
  search: ProjectSearch;
  /** Whether the user may change anything here. */
  canChange: boolean;
  onClose: () => void;
  /** Leads to another view of this service. */
  onSearch: (search: TabSearch) => void;
}

/** What there is to see of a service and to do with it, in tabs. */
export function ServiceDrawer(props: ServiceDrawerProps) {
  const { projectId, service, search, canChange, onClose, onSearch } = props;
  const shown = serviceTabs.filter(({ isFor }) => isFor === undefined || isFor({ service, canChange }));
  const current = shown.find(({ id }) => id === search.tab) ?? shown[0];
  const tabProps: ServiceTabProps = { projectId, service, search, canChange, onSearch };
  return (
    <Drawer
      open
      onClose={onClose}
      title={<UserText text={service.name} />}
      subtitle={<StatusBadge status={service.status} />}
      actions={canChange ? <ServiceActions projectId={projectId} service={service} onClose={onClose} /> : null}
    >
      <ServiceState service={service} />
      <Tabs
        value={current?.id ?? ''}
        onValueChange={(tab) => onSearch({ tab: shown.find(({ id }) => id === tab)?.id })}
        className="min-h-0 flex-1"
      >
        <TabList aria-label="Views of the service" className="px-3 md:px-4">
          {shown.map(({ id, label }) => (
            // The tab that is shown leads to its beginning: from one deployment to all of them.
            <Tab key={id} value={id} onClick={() => (id === current?.id ? onSearch({ tab: id }) : undefined)}>
              {label}
            </Tab>
          ))}
        </TabList>
        {current === undefined ? null : (
          <TabPanel value={current.id} className="flex flex-col overflow-y-auto">
            <Suspense fallback={<Skeleton className="m-5 h-40" />}>
              <current.component {...tabProps} />
            </Suspense>
          </TabPanel>
        )}
      </Tabs>
    </Drawer>
  );
}

function ServiceState({ service }: { service: ServiceOverview }) {
  const { url, status, statusDetail, hasUndeployedChanges } = service;
  if (url === null && statusDetail === null && !hasUndeployedChanges) return null;
  return (
    <div className="flex shrink-0 flex-col gap-3 px-4 pb-3 md:px-5">
      {url === null ? null : (
        <ExternalLink href={url} className="self-start text-sm">
          {url}
        </ExternalLink>
      )}
      {statusDetail === null ? null : (
        <Alert tone={status === 'running' ? 'info' : 'warning'}>
          <UserText text={statusDetail} />
        </Alert>
      )}
      {hasUndeployedChanges ? <UndeployedChanges serviceId={service.id} /> : null}
    </div>
  );
}
