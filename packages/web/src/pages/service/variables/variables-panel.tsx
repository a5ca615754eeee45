import { useState } from 'react';
import { Alert } from '../../../ui/alert.tsx';
import { SegmentedControl } from '../../../ui/segmented-control.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { EnvironmentComparison } from './environment-comparison.tsx';
import { RawEditor } from './raw-editor.tsx';
import { VariableHistory } from './variable-history.tsx';
import { VariableList } from './variable-list.tsx';
import type { VariableScope } from './variable-scope.ts';

/** Ways to look at the same variables. */
const views = [
  { value: 'table', label: 'Table' },
  { value: 'text', label: 'Text' },
  { value: 'compare', label: 'Compare' },
  { value: 'history', label: 'History' },
] as const;
export type VariableView = (typeof views)[number]['value'];

/** The view that an address names; the table where it names none. */
export function findVariableView(name: string | undefined): VariableView {
  return views.find(({ value }) => value === name)?.value ?? 'table';
}

export interface VariablesPanelProps {
  scope: Omit<VariableScope, 'onSaved'>;
  view: VariableView;
  onView: (view: VariableView) => void;
  /** Something was saved: a sentence of what. */
  onSaved: (what: string) => void;
}

/** The variables of a service or of an environment: table, text, comparison and history. */
export function VariablesPanel({ scope, view, onView, onSaved }: VariablesPanelProps) {
  const [warnings, setWarnings] = useState<readonly string[]>([]);
  const [pasted, setPasted] = useState<string>();
  const whole: VariableScope = {
    ...scope,
    onSaved(what, found) {
      setWarnings(found);
      onSaved(what);
    },
  };
  // Values are none of a viewer's business, and the text has nothing else.
  const offered = scope.canChange ? views : views.filter(({ value }) => value !== 'text');
  const show = (next: VariableView): void => {
    setPasted(undefined);
    onView(next);
  };
  return (
    <>
      <SegmentedControl
        size="sm"
        aria-label="View of the variables"
        value={view}
        options={offered}
        onValueChange={show}
        className="self-start"
      />
      <div role="status" className="empty:hidden">
        {warnings.length === 0 ? null : (
          <Alert tone="warning" title="Saved, but look at this before you deploy" onDismiss={() => setWarnings([])}>
            <ul className="flex flex-col gap-1">
              {warnings.map((warning) => (
                <li key={warning}>
                  <UserText text={warning} />
                </li>
              ))}
            </ul>
          </Alert>
        )}
      </div>
      {view === 'table' ? (
        <VariableList
          scope={whole}
          onPasteMany={(text) => {
            setPasted(text);
            onView('text');
          }}
        />
      ) : null}
      {view === 'text' && scope.canChange ? (
        <RawEditor scope={whole} pasted={pasted} onDone={() => show('table')} />
      ) : null}
      {view === 'compare' ? <EnvironmentComparison scope={whole} /> : null}
      {view === 'history' ? <VariableHistory scope={whole} /> : null}
    </>
  );
}
