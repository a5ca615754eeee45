import { ListFilter } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AuditEntry, AuditFilter } from '../../../data/use-audit-log.ts';
import { Badge } from '../../../ui/badge.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { visibleText } from '../../../ui/visible-text.ts';
import { actionText, detailLines, resultWords } from './audit-words.ts';

export interface AuditTableProps {
  entries: readonly AuditEntry[];
  /** Of users and API tokens, by id. */
  names: ReadonlyMap<string, string>;
  isLoading: boolean;
  empty: ReactNode;
  /** Narrows the log to one actor or subject. */
  onNarrow: (filter: AuditFilter) => void;
}

/** Who did what, when, to what, from where. */
export function AuditTable({ entries, names, isLoading, empty, onNarrow }: AuditTableProps) {
  const columns: readonly TableColumn<AuditEntry>[] = [
    { id: 'at', header: 'When', cell: ({ at }) => <RelativeTime at={at} className="text-muted" /> },
    {
      id: 'actor',
      header: 'Who',
      cell: (entry) => {
        const { actorId } = entry;
        const name = actorText(entry, names);
        return (
          <Narrowable
            label={`Only what ${visibleText(name)} did`}
            onNarrow={actorId === null ? undefined : () => onNarrow({ actor: actorId })}
          >
            <UserText text={name} className="font-medium [overflow-wrap:anywhere]" />
            {entry.address === null ? null : (
              <UserText text={entry.address} className="break-all font-mono text-subtle text-xs" />
            )}
          </Narrowable>
        );
      },
    },
    {
      id: 'action',
      header: 'What',
      cell: ({ action, result }) => (
        <span className="flex min-w-0 flex-col items-end gap-0.5 @xl:items-start">
          <span className="flex flex-wrap items-center justify-end gap-x-2 gap-y-0.5 @xl:justify-start">
            <UserText text={actionText(action)} className="break-words" />
            {result === 'done' ? null : <Badge tone={resultWords[result].tone}>{resultWords[result].text}</Badge>}
          </span>
          <UserText text={action} className="break-words font-mono text-subtle text-xs" />
        </span>
      ),
    },
    {
      id: 'subject',
      header: 'To what',
      cell: ({ subject }) =>
        subject === null ? (
          <span className="text-subtle">–</span>
        ) : (
          <Narrowable label={`Only what was done to ${visibleText(subject)}`} onNarrow={() => onNarrow({ subject })}>
            {names.has(subject) ? (
              <UserText text={names.get(subject) ?? ''} className="[overflow-wrap:anywhere]" />
            ) : null}
            <UserText text={subject} className="break-all font-mono text-subtle text-xs" />
          </Narrowable>
        ),
    },
    { id: 'details', header: 'Details', cell: (entry) => <Details entry={entry} /> },
  ];
  return (
    <Table
      label="Audit log"
      columns={columns}
      rows={entries}
      rowKey={({ id }) => id}
      loadingRows={isLoading ? 8 : 0}
      empty={empty}
    />
  );
}

function actorText({ actorKind, actorId }: AuditEntry, names: ReadonlyMap<string, string>): string {
  if (actorKind === 'system') return 'davit';
  if (actorKind === 'anonymous' || actorId === null) return 'Nobody signed in';
  return names.get(actorId) ?? actorId;
}

/** A value with a button that looks for it. */
function Narrowable({
  label,
  onNarrow,
  children,
}: {
  label: string;
  onNarrow: (() => void) | undefined;
  children: ReactNode;
}) {
  return (
    <span className="flex min-w-0 items-start justify-end gap-1 @xl:justify-start">
      <span className="flex min-w-0 flex-col">{children}</span>
      {onNarrow === undefined ? null : (
        <IconButton size="sm" label={label} icon={<ListFilter className="size-3.5" />} onClick={onNarrow} />
      )}
    </span>
  );
}

function Details({ entry }: { entry: AuditEntry }) {
  const request = entry.requestId === null ? [] : [{ name: 'request', value: entry.requestId }];
  const lines = [...detailLines(entry.details), ...request];
  if (lines.length === 0) return <span className="text-subtle">–</span>;
  return (
    <dl className="flex min-w-0 flex-col gap-0.5 text-xs @xl:max-w-56">
      {lines.map(({ name, value }) => (
        <div key={name} className="min-w-0 [overflow-wrap:anywhere]">
          <dt className="mr-1.5 inline text-subtle">
            <UserText text={name} />
          </dt>
          <dd className="inline">
            <UserText text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
