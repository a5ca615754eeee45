import type { ServiceOverview } from '../../data/use-overview.ts';
import type { ProjectSearch } from '../../route-search.ts';
import { Alert } from '../../ui/alert.tsx';
import { ExternalLink } from '../../ui/external-link.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { TabbedDrawer } from '../../ui/tabbed-drawer.tsx';
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
  const state = { service, shownDeployment: current?.id === 'deployments' ? search.deployment : undefined };
  const tabProps: ServiceTabProps = { projectId, service, search, canChange, onSearch };
  return (
    <TabbedDrawer
      onClose={onClose}
      title={<UserText text={service.name} />}
      subtitle={<ServiceTitleState {...state} />}
      actions={canChange ? <ServiceActions projectId={projectId} service={service} onClose={onClose} /> : null}
      state={<ServiceState {...state} />}
      label="Views of the service"
      tabs={shown}
      current={current?.id}
      onTab={(tab) => onSearch({ tab })}
      footer={
        // At the end: it comes and goes while somebody works above, and must not push that away.
        service.hasUndeployedChanges ? (
          <div className="max-h-[40%] shrink-0 overflow-y-auto border-t px-4 py-3 md:px-5">
            <UndeployedChanges serviceId={service.id} />
          </div>
        ) : null
      }
    >
      {current === undefined ? null : <current.component {...tabProps} />}
    </TabbedDrawer>
  );
}

interface ServiceStateProps {
  service: ServiceOverview;
  /** The deployment that is looked at below. */
  shownDeployment: string | undefined;
}

function detailOf({ service, shownDeployment }: ServiceStateProps): string | null {
  const { status, statusDetail, latestDeployment } = service;
  // The view of a deployment says itself how far it is, and why it failed.
  const isShown = latestDeployment !== null && latestDeployment.id === shownDeployment;
  return isShown && (status === 'deploying' || statusDetail === latestDeployment.reason) ? null : statusDetail;
}

/** Steps come and go while somebody works below: they have their place beside the state, where they push nothing away. */
function ServiceTitleState(props: ServiceStateProps) {
  const { status } = props.service;
  const detail = status === 'deploying' ? detailOf(props) : null;
  return (
    <>
      <StatusBadge status={status} />
      {detail === null ? null : <span className="min-w-0 flex-1 basis-0 truncate text-muted text-sm">{detail}</span>}
    </>
  );
}

function ServiceState(props: ServiceStateProps) {
  const { url, status } = props.service;
  const detail = status === 'deploying' ? null : detailOf(props);
  if (url === null && detail === null) return null;
  return (
    <div className="flex shrink-0 flex-col gap-3 px-4 pb-3 md:px-5">
      {url === null ? null : (
        <ExternalLink href={url} className="self-start text-sm">
          {url}
        </ExternalLink>
      )}
      {detail === null ? null : (
        <Alert tone={status === 'running' ? 'info' : 'warning'}>
          <UserText text={detail} />
        </Alert>
      )}
    </div>
  );
}
