import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Boxes, Plus, Search } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useCloudResources } from '../../../data/use-cloud-resources.ts';
import type { CloudResourceOverview } from '../../../data/use-overview.ts';
import { useCan } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Input } from '../../../ui/input.tsx';
import { LoadMore } from '../../../ui/load-more.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { usePageTitle } from '../../shell/index.ts';
import { ListFailure } from '../list-failure.tsx';
import { PageHeading } from '../page-heading.tsx';
import { OpenResource } from './open-resource.tsx';
import { ResourceKind } from './resource-kind.tsx';

const NewCloudResourceDrawer = lazy(async () => ({
  default: (await import('../../cloud-resource/index.ts')).NewCloudResourceDrawer,
}));

const columns: readonly TableColumn<CloudResourceOverview>[] = [
  { id: 'name', header: 'Name', cell: (resource) => <ResourceLink resource={resource} /> },
  { id: 'kind', header: 'Kind', cell: ({ kind, provider }) => <ResourceKind kind={kind} provider={provider} /> },
  { id: 'environment', header: 'Environment', cell: (resource) => <Place resource={resource} /> },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge size="sm" status={status} /> },
  {
    id: 'update',
    header: 'Last update',
    cell: ({ latestUpdate }) =>
      latestUpdate === null ? (
        <span className="text-subtle">None</span>
      ) : (
        <span>
          {latestUpdate.operation} <RelativeTime at={latestUpdate.createdAt} />
        </span>
      ),
  },
];

/** The cloud resources of all environments, and those of none, which every environment may use. */
export function ResourcesPage() {
  usePageTitle('Cloud resources');
  const search = useSearch({ from: '/shell/organization/resources' });
  const navigate = useNavigate({ from: '/organization/resources' });
  const wanted = search.text ?? '';
  const resources = useCloudResources(wanted);
  const canChange = useCan('developer');
  const [isAdding, setAdding] = useState(false);
  const rows = resources.data?.pages.flatMap(({ items }) => items) ?? [];
  const make = canChange ? (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setAdding(true)}>
      New cloud resource
    </Button>
  ) : undefined;
  const isEmpty = resources.data !== undefined && rows.length === 0;
  const actions = (
    <div className="flex flex-wrap gap-2">
      <Button asChild>
        <Link to="/organization/modules">Modules</Link>
      </Button>
      {isEmpty && wanted === '' ? null : make}
    </div>
  );
  return (
    <>
      <PageHeading title="Cloud resources" actions={actions}>
        Everything that davit keeps at providers, of every project. What belongs to no environment can be used by all of
        them.
      </PageHeading>
      {isEmpty && wanted === '' ? null : (
        <Input
          type="search"
          aria-label="Search cloud resources"
          placeholder="Part of a name or kind"
          leading={<Search aria-hidden />}
          className="max-w-sm"
          value={wanted}
          onChange={(event) => {
            const { value } = event.target;
            void navigate({ search: value === '' ? {} : { text: value }, replace: true });
          }}
        />
      )}
      {resources.error !== null && resources.data === undefined ? (
        <ListFailure error={resources.error} onRetry={() => void resources.refetch()} />
      ) : (
        <Table
          label="Cloud resources"
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          loadingRows={resources.isPending ? 3 : 0}
          empty={<Nothing wanted={wanted} action={make} />}
        />
      )}
      <LoadMore
        noun="cloud resources"
        hasMore={resources.hasNextPage}
        busy={resources.isFetchingNextPage}
        onLoadMore={() => void resources.fetchNextPage()}
      />
      <OpenResource />
      {isAdding ? (
        <Suspense fallback={null}>
          <NewCloudResourceDrawer
            projectId={undefined}
            environmentId={undefined}
            onClose={() => setAdding(false)}
            onCreated={(resource) => {
              setAdding(false);
              void navigate({ search: { resource, tab: 'updates' } });
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}

function Nothing({ wanted, action }: { wanted: string; action: React.ReactNode }) {
  if (wanted !== '') return <EmptyState title="Nothing is called that">Try a part of its name or kind.</EmptyState>;
  return (
    <EmptyState icon={<Boxes aria-hidden />} title="No cloud resources yet" action={action}>
      A bucket, a database, a DNS zone: a manifest says what it shall be, and davit makes it with a stored credential.
      Those of a project are added on its canvas.
    </EmptyState>
  );
}

/** On its canvas where it has one, else over this list. */
function ResourceLink({ resource: { id, name, projectId, environmentId } }: { resource: CloudResourceOverview }) {
  const className = 'break-words font-medium hover:underline';
  if (projectId === null || environmentId === null) {
    return (
      <Link to="/organization/resources" search={{ resource: id }} className={className}>
        <UserText text={name} />
      </Link>
    );
  }
  return (
    <Link
      to="/projects/$projectId"
      params={{ projectId }}
      search={{ environment: environmentId, resource: id }}
      className={className}
    >
      <UserText text={name} />
    </Link>
  );
}

function Place({ resource: { projectName, environmentName } }: { resource: CloudResourceOverview }) {
  if (environmentName === null) return <span className="text-subtle">None</span>;
  return <UserText text={`${projectName ?? ''} / ${environmentName}`} className="break-words" />;
}
