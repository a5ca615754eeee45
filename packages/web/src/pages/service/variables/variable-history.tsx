import { History } from 'lucide-react';
import {
  useRestoreVariable,
  useVariableHistory,
  type VariableHistoryEntry,
} from '../../../data/use-variable-history.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { LoadMore } from '../../../ui/load-more.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { Author } from './author.tsx';
import { ChangeBadge } from './change-badge.tsx';
import type { VariableScope } from './variable-scope.ts';

const outcomes = { created: 'was added', updated: 'has its former value', deleted: 'was removed' } as const;

/** Who changed what when, newest first; each change can be undone. */
export function VariableHistory({ scope }: { scope: VariableScope }) {
  const { owner, canChange, onSaved } = scope;
  const history = useVariableHistory(owner);
  const restore = useRestoreVariable(owner);
  const entries = history.data?.pages.flatMap(({ items }) => items) ?? [];
  const columns: TableColumn<VariableHistoryEntry>[] = [
    { id: 'name', header: 'Name', cell: ({ name }) => <UserText text={name} className="break-all font-mono" /> },
    { id: 'change', header: 'Change', cell: ({ change }) => <ChangeBadge change={change} /> },
    {
      id: 'by',
      header: 'By',
      cell: ({ by }) => (
        <span className="block max-w-40 truncate">
          <Author userId={by} />
        </span>
      ),
    },
    { id: 'at', header: 'When', cell: ({ at }) => <RelativeTime plain at={at} className="text-muted" /> },
  ];
  if (canChange) {
    columns.push({
      id: 'restore',
      header: 'Undo',
      hideHeader: true,
      align: 'end',
      cell: ({ id, name, change }) => (
        <Button
          size="sm"
          busy={restore.isPending && restore.variables === id}
          aria-label={change === 'created' ? `Remove again: ${name}` : `Restore: ${name}`}
          onClick={() =>
            restore.mutate(id, {
              onSuccess: (done) =>
                onSaved(
                  done.change === null ? `${name} has this value already.` : `${name} ${outcomes[done.change]}.`,
                  done.warnings,
                ),
            })
          }
        >
          {change === 'created' ? 'Remove again' : 'Restore'}
        </Button>
      ),
    });
  }
  return (
    <>
      <p className="text-muted text-sm">
        Restore gives a variable the value that it had before a change. The last 1,000 changes are kept.
      </p>
      <Table
        label="History of the variables"
        columns={columns}
        rows={entries}
        rowKey={({ id }) => id}
        loadingRows={history.isPending ? 3 : 0}
        empty={<EmptyState icon={<History />} title="Nothing has changed yet" />}
      />
      <LoadMore
        hasMore={history.hasNextPage}
        busy={history.isFetchingNextPage}
        onLoadMore={() => void history.fetchNextPage()}
        noun="changes"
      />
    </>
  );
}
