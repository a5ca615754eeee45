import { Package } from 'lucide-react';
import { type StoredArtifact, usePlatformStorage, useStoredArtifacts } from '../../../data/use-platform-storage.ts';
import { Badge } from '../../../ui/badge.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { LoadMore } from '../../../ui/load-more.tsx';
import { quantityText } from '../../../ui/quantity-text.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { ListFailure } from '../list-failure.tsx';
import { keptWords } from './storage-words.ts';

const columns: readonly TableColumn<StoredArtifact>[] = [
  {
    id: 'service',
    header: 'Service',
    cell: ({ service, organization }) =>
      service === null ? (
        <span className="text-muted">A service that was deleted</span>
      ) : (
        <span className="flex min-w-0 flex-col">
          <UserText text={`${service.project}/${service.name}`} className="break-words font-medium" />
          <UserText text={organization?.name ?? ''} className="break-words text-subtle text-xs" />
        </span>
      ),
  },
  {
    id: 'deployments',
    header: 'Deployments',
    cell: ({ deployments }) =>
      deployments.length === 0 ? '—' : deployments.map(({ number }) => `#${number}`).join(' '),
  },
  {
    id: 'kind',
    header: 'Is',
    cell: ({ id, kind, isOwn }) => (
      <span className="flex min-w-0 flex-col">
        <span>{kind === 'folder' ? 'A folder' : isOwn ? 'An image' : 'An image, fetched'}</span>
        <UserText
          text={id.replace(/^sha256:([0-9a-f]{12}).*$/, '$1')}
          className="break-all font-mono text-subtle text-xs"
        />
      </span>
    ),
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    className: '@xl:whitespace-nowrap',
    cell: ({ bytes }) => (bytes === null ? 'not here' : quantityText(bytes, 'bytes')),
  },
  {
    id: 'kept',
    header: 'Kept',
    cell: ({ kept }) => <Badge tone={keptWords[kept].tone}>{keptWords[kept].word}</Badge>,
  },
  {
    id: 'made',
    header: 'Made',
    cell: ({ createdAt }) => (createdAt === null ? '—' : <RelativeTime at={createdAt} />),
  },
];

/** Images, and folders of services that are plain processes: whose they are, and why they are kept. */
export function ArtifactsCard() {
  const storage = usePlatformStorage();
  const collection = storage.data?.lastCollection ?? null;
  const list = useStoredArtifacts(`${collection?.runId} ${collection?.state}`);
  return (
    <section className="flex flex-col gap-3" aria-labelledby="platform-images">
      <div className="flex max-w-2xl flex-col gap-0.5">
        <h2 id="platform-images" className="font-semibold text-lg">
          Images and builds
        </h2>
        <p className="text-muted text-sm">
          What releases run from, the largest first. A service keeps what is active and the five before it.
        </p>
      </div>
      {list.error !== null && list.data === undefined ? (
        <ListFailure error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Table
          label="Images and builds"
          columns={columns}
          rows={list.data?.pages.flatMap(({ items }) => items) ?? []}
          rowKey={({ id }) => id}
          loadingRows={list.isPending ? 3 : 0}
          empty={
            <EmptyState icon={<Package aria-hidden />} title="Nothing was built yet">
              What deployments build is listed here.
            </EmptyState>
          }
        />
      )}
      <LoadMore
        hasMore={list.hasNextPage}
        busy={list.isFetchingNextPage}
        onLoadMore={() => void list.fetchNextPage()}
        noun="images and builds"
      />
    </section>
  );
}
