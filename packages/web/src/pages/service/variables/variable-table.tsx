import { PencilLine, Plus, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { notifyFailure } from '../../../data/notices.ts';
import { revealVariable, type VariableOwner } from '../../../data/use-variables.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { LoadMore } from '../../../ui/load-more.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { SecretValue } from '../../../ui/secret-value.tsx';
import type { Suggestion } from '../../../ui/suggestion-list.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { Author } from './author.tsx';
import { EditValueForm } from './edit-value-form.tsx';
import { VariableName } from './variable-name.tsx';
import type { VariableRow } from './variable-rows.ts';
import type { VariableScope } from './variable-scope.ts';

/** Lines at first: a thousand with their buttons take the page a second to draw. */
const PAGE = 100;

export interface VariableTableProps {
  scope: VariableScope;
  rows: readonly VariableRow[];
  isLoading: boolean;
  completions: readonly Suggestion[];
  /** What a deployment now would do with a variable. */
  pending: ReadonlyMap<string, 'created' | 'updated' | 'deleted'>;
  /** Saves; rejects when the server refuses, and what was typed is offered again. */
  onSave: (name: string, value: string) => Promise<unknown>;
  onDelete: (name: string) => void;
  /** A shared variable is to get a value of this service's own. */
  onOverride: (name: string) => void;
}

/** Variables with masked values, each revealed, copied, changed and deleted where it stands. */
export function VariableTable(props: VariableTableProps) {
  const { scope, rows, isLoading, completions, pending, onSave, onDelete, onOverride } = props;
  const { canChange } = scope;
  const id = useId();
  const [shown, setShown] = useState(PAGE);
  const [editing, setEditing] = useState<{ name: string; initial: string; before: string }>();
  const [opening, setOpening] = useState<string>();
  const editButton = (name: string): string => `${id}-${name}`;

  function leave(name: string): void {
    setEditing(undefined);
    // Once the button is there again, or the focus would be lost with the form.
    requestAnimationFrame(() => document.getElementById(editButton(name))?.focus());
  }
  async function edit(name: string): Promise<void> {
    setOpening(name);
    try {
      const value = await revealVariable(scope.owner, name);
      setEditing({ name, initial: value, before: value });
    } catch (error) {
      notifyFailure(`${name} was not opened`, error);
    } finally {
      setOpening(undefined);
    }
  }
  function save(name: string, value: string, before: string): void {
    leave(name);
    if (value === before) return;
    // What was typed is not lost with the refusal, unless something else is being typed by now.
    onSave(name, value).catch(() => setEditing((current) => current ?? { name, initial: value, before }));
  }

  const columns: TableColumn<VariableRow>[] = [
    {
      id: 'name',
      header: 'Name',
      className: '@xl:w-2/5',
      cell: (row) => <VariableName row={row} pending={pending.get(row.variable.name)} />,
    },
    {
      id: 'value',
      header: 'Value',
      className: '@xl:w-2/5',
      cell: (row) =>
        row.source === 'own' && editing?.name === row.variable.name ? (
          <EditValueForm
            name={editing.name}
            initial={editing.initial}
            completions={completions}
            onSave={(value) => save(row.variable.name, value, editing.before)}
            onCancel={() => leave(row.variable.name)}
          />
        ) : (
          <Value scope={scope} row={row} />
        ),
    },
    {
      id: 'changed',
      header: 'Changed',
      cell: ({ variable }) => (
        <span className="flex flex-col text-muted text-xs">
          <RelativeTime plain at={variable.updatedAt} />
          <span className="max-w-32 truncate">
            by <Author userId={variable.updatedBy} />
          </span>
        </span>
      ),
    },
  ];
  if (canChange) {
    columns.push({
      id: 'actions',
      header: 'Actions',
      hideHeader: true,
      align: 'end',
      cell: ({ variable: { name, isSaving }, source }) =>
        source === 'shared' ? (
          <IconButton
            size="sm"
            label={`Set ${name} for this service only`}
            icon={<Plus />}
            onClick={() => onOverride(name)}
          />
        ) : (
          <span className="flex justify-end">
            <IconButton
              id={editButton(name)}
              size="sm"
              label={`Edit ${name}`}
              icon={<PencilLine />}
              busy={opening === name || isSaving}
              onClick={() => void edit(name)}
            />
            <IconButton
              size="sm"
              variant="danger"
              label={`Delete ${name}`}
              icon={<Trash2 />}
              onClick={() => onDelete(name)}
            />
          </span>
        ),
    });
  }
  return (
    <>
      <Table
        label="Variables"
        columns={columns}
        rows={rows.slice(0, shown)}
        rowKey={({ source, variable }) => `${source} ${variable.name}`}
        loadingRows={isLoading ? 3 : 0}
      />
      <LoadMore hasMore={rows.length > shown} busy={false} onLoadMore={() => setShown(shown + PAGE)} noun="variables" />
    </>
  );
}

function Value({ scope, row: { variable, source } }: { scope: VariableScope; row: VariableRow }) {
  const { name, updatedAt, isSaving } = variable;
  const owner: VariableOwner = source === 'own' ? scope.owner : { kind: 'environment', id: scope.environmentId };
  if (isSaving === true) return <span className="text-muted text-sm">Saving…</span>;
  return (
    // Anew when somebody changes it: what is revealed is never the value of before.
    <SecretValue
      key={updatedAt}
      name={name}
      locked={!scope.canChange}
      reveal={() => revealVariable(owner, name)}
      onRevealError={(error) => notifyFailure(`${name} was not revealed`, error)}
    />
  );
}
