import type { CloudResourceOverview } from '../../data/use-overview.ts';
import type { ResourcesSearch } from '../../route-search.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { ProviderMark, providerNote } from '../../ui/provider-mark.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { TabbedDrawer } from '../../ui/tabbed-drawer.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { ResourceActions } from './resource-actions.tsx';
import type { ResourceSearch, ResourceTabProps } from './resource-tab.ts';
import { resourceTabs } from './resource-tabs.ts';

export interface CloudResourceDrawerProps {
  resource: CloudResourceOverview;
  /** What the address says of the drawer. */
  search: ResourcesSearch;
  /** Whether the user may change anything here. */
  canChange: boolean;
  onClose: () => void;
  /** Leads to another view of this resource. */
  onSearch: (search: ResourceSearch) => void;
}

/** What there is to see of a cloud resource and to do with it, in tabs. */
export function CloudResourceDrawer(props: CloudResourceDrawerProps) {
  const { resource, search, canChange, onClose, onSearch } = props;
  const current = resourceTabs.find(({ id }) => id === search.tab) ?? resourceTabs[0];
  const tabProps: ResourceTabProps = { resource, search, canChange, onSearch, onGone: onClose };
  return (
    <TabbedDrawer
      onClose={onClose}
      title={<UserText text={resource.name} />}
      subtitle={<StatusBadge status={resource.status} />}
      actions={
        canChange ? (
          <ResourceActions
            resource={resource}
            onBegun={(update) => onSearch({ tab: 'updates', update })}
            onGone={onClose}
          />
        ) : null
      }
      state={
        <ResourceState
          resource={resource}
          shownUpdate={current?.id === 'updates' ? search.update : undefined}
          onSearch={onSearch}
        />
      }
      label="Views of the cloud resource"
      tabs={resourceTabs}
      current={current?.id}
      onTab={(tab) => onSearch({ tab })}
    >
      {current === undefined ? null : <current.component {...tabProps} />}
    </TabbedDrawer>
  );
}

const bad = new Set(['failed', 'canceled', 'drifted']);

interface ResourceStateProps extends Pick<CloudResourceDrawerProps, 'resource' | 'onSearch'> {
  /** The update that is looked at below. */
  shownUpdate: string | undefined;
}

function ResourceState({ resource, shownUpdate, onSearch }: ResourceStateProps) {
  const { kind, provider, status, statusDetail, hasUndeployedChanges, latestUpdate } = resource;
  // An update that waits says so itself, where it is decided about; one that failed says why.
  const isToldBelow =
    shownUpdate !== undefined &&
    (status === 'waiting_for_approval' ||
      (status === 'failed' && latestUpdate?.id === shownUpdate && latestUpdate.status === 'failed'));
  return (
    <div className="flex shrink-0 flex-col gap-3 px-4 pb-3 md:px-5">
      <p className="flex min-w-0 items-center gap-2 text-muted text-sm">
        <ProviderMark provider={provider} />
        <UserText text={kind} className="truncate" />
        <span className="shrink-0 text-subtle">{providerNote(provider)}</span>
      </p>
      {statusDetail === null || isToldBelow ? null : (
        <Alert tone={bad.has(status) ? 'warning' : 'info'} action={<WayOn resource={resource} onSearch={onSearch} />}>
          <UserText text={statusDetail} />
        </Alert>
      )}
      {hasUndeployedChanges ? (
        <Alert tone="info">The manifest was changed since the last deployment. Deploy applies it.</Alert>
      ) : null}
    </div>
  );
}

/** Where more is said of what a resource's state is, and what can be done about it. */
function WayOn({ resource, onSearch }: Pick<CloudResourceDrawerProps, 'resource' | 'onSearch'>) {
  const { status, latestUpdate } = resource;
  if (status === 'drifted') {
    return (
      <Button size="sm" onClick={() => onSearch({ tab: 'settings' })}>
        What differs
      </Button>
    );
  }
  if (status !== 'waiting_for_approval' || latestUpdate === null) return undefined;
  return (
    <Button size="sm" onClick={() => onSearch({ tab: 'updates', update: latestUpdate.id })}>
      Look and decide
    </Button>
  );
}
