import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { AutocompleteInput } from '../../../ui/autocomplete-input.tsx';
import { Button } from '../../../ui/button.tsx';
import type { Suggestion } from '../../../ui/suggestion-list.tsx';
import { LeaveGuard } from '../../shell/index.ts';

export interface EditValueFormProps {
  name: string;
  initial: string;
  /** What references are completed from. */
  completions: readonly Suggestion[];
  onSave: (value: string) => void;
  onCancel: () => void;
}

/** Changes a value where it stands: Enter saves, Shift+Enter begins a line, Esc leaves it as it was. */
export function EditValueForm({ name, initial, completions, onSave, onCancel }: EditValueFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [value, setValue] = useState(initial);
  useEffect(() => {
    const field = form.current?.querySelector('textarea');
    field?.focus();
    field?.select();
  }, []);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    onSave(value);
  };
  return (
    <form
      ref={form}
      onSubmit={save}
      onKeyDown={(event) => onEscape(event, onCancel)}
      className="flex w-[60vw] max-w-80 flex-col gap-1.5 @xl:w-auto @xl:max-w-none"
    >
      <ValueInput label={`Value of ${name}`} value={value} onValueChange={setValue} completions={completions} />
      <div className="flex items-center gap-1.5">
        <Button size="sm" variant="primary" type="submit">
          Save
        </Button>
        <Button size="sm" variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </div>
      <LeaveGuard when={value !== initial} what={`The new value of ${name}`} />
    </form>
  );
}

/** The drawer behind would close on the same key. */
function onEscape(event: KeyboardEvent, leave: () => void): void {
  if (event.key !== 'Escape') return;
  event.preventDefault();
  event.stopPropagation();
  leave();
}

export interface ValueInputProps {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  completions: readonly Suggestion[];
  placeholder?: string;
}

/** Any text, also of several lines: it grows with them. Enter sends the form around it. */
export function ValueInput({ label, value, onValueChange, completions, placeholder }: ValueInputProps) {
  return (
    // The list of completions takes the key first.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.defaultPrevented) return;
        event.preventDefault();
        if (event.target instanceof HTMLTextAreaElement) event.target.form?.requestSubmit();
      }}
    >
      <AutocompleteInput
        multiline
        aria-label={label}
        value={value}
        onValueChange={onValueChange}
        items={completions}
        className="field-sizing-content max-h-60 min-h-8 py-[5px]"
        {...(placeholder === undefined ? {} : { placeholder })}
      />
    </div>
  );
}
