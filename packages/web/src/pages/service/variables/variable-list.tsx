import { Braces } from 'lucide-react';
import { useMemo, useState } from 'react';
import { explainError } from '../../../data/explain-error.ts';
import { notifyFailure } from '../../../data/notices.ts';
import { useServiceChanges } from '../../../data/use-deployments.ts';
import { useUndoDeletion } from '../../../data/use-variable-history.ts';
import {
  type ReferenceCompletion,
  useDeleteVariable,
  useSetVariable,
  useVariableReferences,
  useVariables,
  type VariableValue,
} from '../../../data/use-variables.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';
import type { Suggestion } from '../../../ui/suggestion-list.tsx';
import { toasts } from '../../../ui/toast-store.ts';
import { AddVariableForm } from './add-variable-form.tsx';
import { DavitVariables } from './davit-variables.tsx';
import { DeleteVariableDialog } from './delete-variable-dialog.tsx';
import { filterRows, mergeRows } from './variable-rows.ts';
import type { VariableScope } from './variable-scope.ts';
import { VariableTable } from './variable-table.tsx';

/** From how many on a filter is of use. */
const FILTER_FROM = 8;

export interface VariableListProps {
  scope: VariableScope;
  onPasteMany: (text: string) => void;
}

/** All variables that a service has, or that an environment shares, and what adds, changes and removes them. */
export function VariableList({ scope, onPasteMany }: VariableListProps) {
  const { owner, environmentId, canChange } = scope;
  const isShared = owner.kind === 'environment';
  const own = useVariables(owner);
  const shared = useVariables({ kind: 'environment', id: environmentId });
  const references = useVariableReferences(owner);
  const changes = useServiceChanges(owner.id, scope.isServing);
  const [words, setWords] = useState('');
  const [deleting, setDeleting] = useState<string>();
  const [suggested, setSuggested] = useState<{ name: string }>();
  const { add, change, remove } = useWrites(scope);

  const rows = useMemo(
    () => mergeRows(own.data?.items ?? [], isShared ? [] : (shared.data?.items ?? [])),
    [own.data, shared.data, isShared],
  );
  const completions = useMemo(() => references.data?.items.map(toSuggestion) ?? [], [references.data]);
  const pending = useMemo(
    () => new Map(scope.isServing ? changes.data?.variables.map(({ name, change: kind }) => [name, kind]) : []),
    [changes.data, scope.isServing],
  );
  if (own.error !== null) {
    const { title, hint, requestId } = explainError(own.error);
    return <FormError message={title} hint={hint} requestId={requestId} />;
  }
  const isLoading = own.data === undefined || shared.data === undefined;
  const found = filterRows(rows, words);
  const removed = [...pending].filter(([name, kind]) => kind === 'deleted' && !isKnown(name)).map(([name]) => name);
  function isKnown(name: string): boolean {
    return rows.some(({ variable }) => variable.name === name);
  }
  return (
    <>
      {canChange ? (
        <AddVariableForm
          taken={new Set(own.data?.items.map(({ name }) => name))}
          completions={completions}
          suggested={suggested}
          onAdd={add}
          onPasteMany={onPasteMany}
        />
      ) : null}
      {rows.length < FILTER_FROM ? null : (
        <Input
          type="search"
          aria-label="Find variables"
          placeholder="Find variables…"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      )}
      {!isLoading && found.length === 0 ? (
        <NoVariables isFiltered={rows.length > 0} canChange={canChange} isShared={isShared} />
      ) : (
        <VariableTable
          scope={scope}
          rows={isLoading ? [] : found}
          isLoading={isLoading}
          completions={completions}
          pending={pending}
          onSave={change}
          onDelete={setDeleting}
          onOverride={(name) => setSuggested({ name })}
        />
      )}
      {removed.length === 0 ? null : (
        <p className="text-muted text-sm">
          Removed with the next deployment: <span className="font-mono">{removed.join(', ')}</span>
        </p>
      )}
      {isShared ? null : <DavitVariables serviceId={owner.id} environmentId={environmentId} />}
      <DeleteVariableDialog
        name={deleting}
        isShared={isShared}
        onCancel={() => setDeleting(undefined)}
        onDelete={(name) => {
          setDeleting(undefined);
          remove(name);
        }}
      />
    </>
  );
}

function toSuggestion({ text, serviceName }: ReferenceCompletion): Suggestion {
  return { text, detail: serviceName ?? 'shared' };
}

interface Writes {
  add: (variable: VariableValue) => Promise<void>;
  change: (name: string, value: string) => Promise<void>;
  remove: (name: string) => void;
}

/** Adds, changes and removes, and says so. */
function useWrites({ owner, onSaved }: VariableScope): Writes {
  const create = useSetVariable(owner, { mustExist: false });
  const update = useSetVariable(owner, { mustExist: true });
  const remove = useDeleteVariable(owner);
  const undo = useUndoDeletion(owner);
  return {
    async add(variable: VariableValue): Promise<void> {
      const { warnings } = await create.mutateAsync(variable);
      onSaved(`${variable.name} was added.`, warnings);
    },
    async change(name: string, value: string): Promise<void> {
      try {
        const { warnings } = await update.mutateAsync({ name, value });
        onSaved(`${name} was changed.`, warnings);
      } catch (error) {
        notifyFailure(`${name} was not changed`, error);
        throw error;
      }
    },
    remove(name: string): void {
      remove.mutate(name, {
        onSuccess: () =>
          void toasts.show({
            id: `deleted-${owner.id}-${name}`,
            tone: 'success',
            title: `${name} was deleted`,
            description: 'It is gone with the next deployment.',
            action: { label: 'Undo', onSelect: () => undo.mutate(name) },
          }),
      });
    },
  };
}

function NoVariables(props: { isFiltered: boolean; canChange: boolean; isShared: boolean }) {
  const { isFiltered, canChange, isShared } = props;
  if (isFiltered) return <p className="text-muted text-sm">No variable has these words.</p>;
  return (
    <EmptyState icon={<Braces />} title={isShared ? 'Nothing is shared yet' : 'No variables yet'}>
      {isShared ? 'All services of this environment have what is added here. ' : ''}
      {canChange
        ? 'Enter a name and a value above, or paste the lines of a .env file into the name.'
        : 'Somebody with the role developer can add variables.'}
    </EmptyState>
  );
}
