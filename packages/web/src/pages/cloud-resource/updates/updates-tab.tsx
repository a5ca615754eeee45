import { ArrowLeft, History } from 'lucide-react';
import { Suspense } from 'react';
import { useMembers } from '../../../data/use-members.ts';
import { type StackUpdate, useResourceUpdates } from '../../../data/use-resource-updates.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { LoadMore } from '../../../ui/load-more.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { StackUpdateView, shownStatus } from '../../stack-update/index.ts';
import type { ResourceTabProps } from '../resource-tab.ts';
import { changesText } from './changes-text.ts';
import { operationName } from './operation-name.ts';
import { updateAddress } from './update-address.ts';

/** The updates of a resource's stack, or the one of them that the address names. */
export function UpdatesTab(props: ResourceTabProps) {
  const { search, onSearch } = props;
  const { update } = search;
  if (update === undefined) return <UpdateList {...props} />;
  return (
    // As high as the drawer leaves room for: a log needs to know how high it is.
    <div className="flex min-h-96 flex-1 flex-col">
      <p className="flex shrink-0 items-center justify-between gap-2 px-2 pt-2 md:px-3">
        <Button size="sm" variant="ghost" onClick={() => onSearch({ tab: 'updates' })}>
          <ArrowLeft aria-hidden />
          All updates
        </Button>
        <Button asChild size="sm" variant="ghost">
          <a href={updateAddress(update)}>On its own page</a>
        </Button>
      </p>
      <Suspense fallback={<Skeleton className="m-5 h-64" />}>
        <StackUpdateView
          key={update}
          stackUpdateId={update}
          onOpen={(another) => onSearch({ tab: 'updates', update: another })}
        />
      </Suspense>
    </div>
  );
}

/** Newest first; each leads to its own view. */
function UpdateList({ resource, onSearch }: ResourceTabProps) {
  const updates = useResourceUpdates(resource.id);
  const members = useMembers();
  if (updates.data === undefined) return <Skeleton className="m-5 h-40" />;
  const all = updates.data.pages.flatMap(({ items }) => items);
  if (all.length === 0) {
    return (
      <EmptyState icon={<History />} title="Nothing was done with it yet" className="m-5">
        Preview shows what a deployment would make; Deploy makes it.
      </EmptyState>
    );
  }
  const nameOf = (id: string | null): string | undefined => members.data?.find(({ userId }) => userId === id)?.name;
  return (
    <div className="px-4 py-4 md:px-5">
      <ul aria-label="Updates" className="flex flex-col gap-2">
        {all.map((update) => (
          <li key={update.id}>
            <UpdateRow
              update={update}
              by={nameOf(update.createdBy)}
              onOpen={() => onSearch({ tab: 'updates', update: update.id })}
            />
          </li>
        ))}
      </ul>
      <LoadMore
        noun="updates"
        hasMore={updates.hasNextPage}
        busy={updates.isFetchingNextPage}
        onLoadMore={() => void updates.fetchNextPage()}
      />
    </div>
  );
}

interface UpdateRowProps {
  update: StackUpdate;
  /** Who asked for it; undefined for one that has left, and for davit itself. */
  by: string | undefined;
  onOpen: () => void;
}

function UpdateRow({ update, by, onOpen }: UpdateRowProps) {
  const { id, operation, status, createdAt, changes, reason } = update;
  const told = changesText(changes, operation === 'preview' || operation === 'drift');
  return (
    <a
      href={updateAddress(id)}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onOpen();
      }}
      className="flex w-full min-w-0 flex-col gap-1 rounded-lg border px-3 py-2 text-left hover:border-muted"
    >
      <span className="flex w-full flex-wrap items-center gap-2 text-sm">
        <span className="font-medium">{operationName(operation)}</span>
        <StatusBadge size="sm" status={shownStatus(update)} />
        <span className="text-muted text-xs">
          <RelativeTime plain at={createdAt} />
          {by === undefined ? '' : ' by '}
          {by === undefined ? null : <UserText text={by} />}
        </span>
        <span className="ml-auto text-muted text-xs">{told}</span>
      </span>
      {reason === null || status === 'success' ? null : (
        <UserText text={reason} className="line-clamp-2 break-words text-muted text-xs" />
      )}
    </a>
  );
}
