import { type FormEvent, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import { failureOf } from '../../../data/explain-error.ts';
import { useReplaceVariables, useVariableReferences } from '../../../data/use-variables.ts';
import { Alert } from '../../../ui/alert.tsx';
import { AutocompleteInput } from '../../../ui/autocomplete-input.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { LeaveGuard } from '../../shell/index.ts';
import { ChangeBadge } from './change-badge.tsx';
import { type DotenvFault, parseDotenv } from './parse-dotenv.ts';
import { diffVariables, type VariableDifference } from './variable-diff.ts';
import type { VariableScope } from './variable-scope.ts';

export interface DotenvFormProps {
  scope: VariableScope;
  /** The values that the text was made from. */
  before: Readonly<Record<string, string>>;
  initialText: string;
  /** Variables that the text cannot hold and that stay. */
  kept: readonly string[];
  /** Somebody has changed variables since the text was made. */
  isOutdated: boolean;
  onReopen: () => void;
  onDone: () => void;
}

/** The text, what is wrong with it by line, and what saving would do. */
export function DotenvForm(props: DotenvFormProps) {
  const { scope, before, initialText, kept, isOutdated, onReopen, onDone } = props;
  const replace = useReplaceVariables(scope.owner);
  const references = useVariableReferences(scope.owner);
  const [text, setText] = useState(initialText);
  const [isAsking, setAsking] = useState(false);
  const [isGivenUp, setGivenUp] = useState(false);
  const completions = useMemo(
    () =>
      references.data?.items.map(({ text: item, serviceName }) => ({ text: item, detail: serviceName ?? 'shared' })),
    [references.data],
  );
  const { values, faults } = useMemo(() => parseDotenv(text), [text]);
  const wanted = useMemo(() => {
    const stays = kept
      .filter((name) => !Object.hasOwn(values, name))
      .map((name) => [name, before[name] ?? ''] as const);
    return { ...Object.fromEntries(stays), ...values };
  }, [values, kept, before]);
  const changes = useMemo(() => diffVariables(before, wanted), [before, wanted]);
  const removed = changes.filter(({ change }) => change === 'deleted');

  function save(): void {
    setAsking(false);
    replace.mutate(wanted, {
      onSuccess({ warnings }) {
        scope.onSaved(`${counted(changes.length)} saved.`, warnings);
        onDone();
      },
    });
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (removed.length > 0) setAsking(true);
    else save();
  };
  // The stream may tell of one's own change before the answer is there.
  const isBehind = isOutdated && !replace.isPending;
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      {isBehind ? (
        <div role="status">
          <Alert
            tone="warning"
            title="Somebody has changed variables meanwhile"
            action={
              <Button size="sm" onClick={onReopen}>
                Open anew
              </Button>
            }
          >
            Saving this text would undo that. Opening it anew gives up what you typed here: copy it first.
          </Alert>
        </div>
      ) : null}
      <Field
        label="Variables as text"
        hint="One NAME=value a line; quotes around values with blanks, # or several lines. Comments are read over and not kept."
      >
        <AutocompleteInput
          multiline
          value={text}
          onValueChange={setText}
          items={completions ?? []}
          className="field-sizing-content max-h-[50vh] min-h-64 whitespace-pre"
        />
      </Field>
      {kept.length === 0 ? null : (
        <p className="text-muted text-sm">
          No such text can hold the quotes and line ends of <span className="font-mono">{kept.join(', ')}</span>: what
          is not in the text stays as it is.
        </p>
      )}
      <Faults faults={faults} />
      {faults.length > 0 ? null : <Preview changes={changes} />}
      <FormError {...failureOf(replace.error)} />
      <div className="flex gap-2">
        <Button
          type="submit"
          variant="primary"
          busy={replace.isPending}
          disabled={faults.length > 0 || changes.length === 0 || isBehind}
        >
          {changes.length === 0 || faults.length > 0 ? 'Save' : `Save ${counted(changes.length)}`}
        </Button>
        <Button
          variant="ghost"
          onClick={() => {
            // Who cancels has said what they want: nothing is asked.
            flushSync(() => setGivenUp(true));
            onDone();
          }}
        >
          Cancel
        </Button>
      </div>
      <LeaveGuard
        when={text !== initialText && !isGivenUp && !replace.isPending && !replace.isSuccess}
        what="What you typed into the text"
      />
      <RemovalDialog open={isAsking} removed={removed} onClose={() => setAsking(false)} onConfirm={save} />
    </form>
  );
}

const counted = (count: number): string => (count === 1 ? '1 change' : `${count} changes`);

/** A thousand wrong lines need no thousand sentences. */
const mostFaults = 20;

function Faults({ faults }: { faults: readonly DotenvFault[] }) {
  return (
    <div role="alert" className="empty:hidden">
      {faults.length === 0 ? null : (
        <Alert tone="danger" title="This text cannot be read as it stands">
          <ul aria-label="Faults">
            {faults.slice(0, mostFaults).map(({ line, message }) => (
              <li key={`${line} ${message}`}>
                Line {line}: <UserText text={message} />
              </li>
            ))}
            {faults.length > mostFaults ? <li>and {faults.length - mostFaults} more</li> : null}
          </ul>
        </Alert>
      )}
    </div>
  );
}

function Preview({ changes }: { changes: readonly VariableDifference[] }) {
  if (changes.length === 0) return <p className="text-muted text-sm">Nothing is changed yet.</p>;
  return (
    <section className="flex flex-col gap-1.5">
      <h4 className="font-medium text-sm">Saving does this</h4>
      <ul aria-label="What saving does" className="flex max-h-48 flex-col gap-1 overflow-y-auto text-sm">
        {changes.map(({ name, change }) => (
          <li key={name} className="flex items-center gap-2">
            <ChangeBadge change={change} />
            <UserText text={name} className="break-all font-mono" />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface RemovalDialogProps {
  open: boolean;
  removed: readonly VariableDifference[];
  onClose: () => void;
  onConfirm: () => void;
}

function RemovalDialog({ open, removed, onClose, onConfirm }: RemovalDialogProps) {
  const what = removed.length === 1 ? '1 variable' : `${removed.length} variables`;
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Remove ${what}?`}
      description="What is not in the text any more is removed."
      // Of several, none stands for all: their number is what has to be seen.
      name={removed.length === 1 ? (removed[0]?.name ?? what) : what}
      losses={removed.map(({ name }) => <UserText key={name} text={name} className="break-all font-mono" />)}
      note="The history keeps their values for the next 1,000 changes: they can be brought back from there."
      cancelLabel="Keep editing"
      confirmLabel={`Save and remove ${what}`}
      onConfirm={onConfirm}
    />
  );
}
