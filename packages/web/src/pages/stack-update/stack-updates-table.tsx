import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Member } from '../../data/use-members.ts';
import { isUnderWay, type StackUpdate } from '../../data/use-stack-updates.ts';
import { Duration } from '../../ui/duration.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Table, type TableColumn } from '../../ui/table.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { changeText, listChanges } from './resource-words.ts';
import { isOnlyLooking, operationText, shownStatus } from './update-words.ts';

export interface StackUpdatesTableProps {
  updates: readonly StackUpdate[];
  members: readonly Pick<Member, 'userId' | 'name'>[];
  isLoading: boolean;
  empty: ReactNode;
}

/** Stack updates, one a line; the resource leads to the update. */
export function StackUpdatesTable({ updates, members, isLoading, empty }: StackUpdatesTableProps) {
  const names = new Map(members.map(({ userId, name }) => [userId, name]));
  const columns: readonly TableColumn<StackUpdate>[] = [
    {
      id: 'resource',
      header: 'Resource',
      cell: ({ id, resource }) => (
        <Link
          to="/stack-updates/$stackUpdateId"
          params={{ stackUpdateId: id }}
          className="flex min-w-0 flex-col rounded-sm hover:underline"
        >
          <UserText text={resource.name} className="break-words font-medium" />
          <span className="break-words text-subtle text-xs">{resource.kind}</span>
        </Link>
      ),
    },
    { id: 'operation', header: 'Operation', cell: ({ operation }) => operationText(operation) },
    { id: 'status', header: 'Status', cell: (update) => <StatusBadge status={shownStatus(update)} /> },
    { id: 'end', header: 'Outcome', cell: (update) => <Outcome update={update} />, className: '@xl:max-w-64' },
    {
      id: 'who',
      header: 'Who',
      cell: ({ createdBy }) => <UserText text={createdBy === null ? 'davit' : (names.get(createdBy) ?? createdBy)} />,
    },
    { id: 'when', header: 'When', cell: ({ createdAt }) => <RelativeTime at={createdAt} className="text-muted" /> },
    {
      id: 'took',
      header: 'Took',
      align: 'end',
      cell: ({ startedAt, finishedAt }) =>
        startedAt === null ? <span className="text-subtle">–</span> : <Duration from={startedAt} to={finishedAt} />,
    },
  ];
  return (
    <Table
      label="Stack updates"
      columns={columns}
      rows={updates}
      rowKey={({ id }) => id}
      loadingRows={isLoading ? 6 : 0}
      empty={empty}
    />
  );
}

function Outcome({ update }: { update: StackUpdate }) {
  const { status, reason, changes } = update;
  if (isUnderWay(update)) return <span className="text-subtle">–</span>;
  if (status !== 'success') return <UserText text={reason ?? ''} className="line-clamp-2 break-words text-muted" />;
  const said = listChanges(changes ?? {}).map(({ operation, count }) =>
    changeText(operation, count, isOnlyLooking(update.operation)),
  );
  return <span className="text-muted">{said.join(', ') || 'nothing to do'}</span>;
}
