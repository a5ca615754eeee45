import { Plus } from 'lucide-react';
import { type ClipboardEvent, useEffect, useId, useRef } from 'react';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import type { VariableValue } from '../../../data/use-variables.ts';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';
import type { Suggestion } from '../../../ui/suggestion-list.tsx';
import { LeaveGuard } from '../../shell/index.ts';
import { ValueInput } from './edit-value-form.tsx';
import { parseDotenv } from './parse-dotenv.ts';

export interface AddVariableFormProps {
  /** Names that are there: those are changed in the table, not by accident here. */
  taken: ReadonlySet<string>;
  completions: readonly Suggestion[];
  /** A name to begin with, as a shared one that is to be hidden. A new object begins anew. */
  suggested: { name: string } | undefined;
  onAdd: (variable: VariableValue) => Promise<unknown>;
  /** Several lines of a .env file were pasted into the name. */
  onPasteMany: (text: string) => void;
}

/** A new variable, in one line. */
export function AddVariableForm({ taken, completions, suggested, onAdd, onPasteMany }: AddVariableFormProps) {
  const element = useRef<HTMLFormElement>(null);
  const hintId = useId();
  const form = useApiForm('setVariable', {
    defaultValues: { name: '', value: '' },
    patterns: { name: 'Letters, digits and _, not beginning with a digit (at most 255).' },
  });
  const { register, setValue, setError, reset } = form;
  const focusValue = () => element.current?.querySelector('textarea')?.focus();
  useEffect(() => {
    // Without an element of its own here: what the server says of the value still finds its place.
    register('value');
  }, [register]);
  useEffect(() => {
    if (suggested === undefined) return;
    setValue('name', suggested.name);
    focusValue();
  }, [suggested, setValue]);
  const submit = form.submit(async (body) => {
    if (taken.has(body.name)) {
      setError('name', { message: `There is ${body.name} already: change it in the table.` }, { shouldFocus: true });
      return;
    }
    await onAdd(body);
    reset();
    // By hand: a form that was reset does not know its fields for a moment.
    element.current?.querySelector('input')?.focus();
  });
  // Who leaves the empty field wants nothing of it, and a sentence that appears would push away what is being clicked.
  const isUntouched = form.watch('name') === '' && !form.formState.isSubmitted;
  const isTyped = form.watch('name') !== '' || form.watch('value') !== '';
  const nameError = isUntouched ? undefined : form.errorOf('name');
  const onPaste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const text = event.clipboardData.getData('text/plain');
    const { values, faults } = parseDotenv(text);
    const names = Object.keys(values);
    const [name = ''] = names;
    if (names.length === 0 || (names.length === 1 && faults.length > 0)) return;
    event.preventDefault();
    if (names.length > 1) {
      onPasteMany(text);
      return;
    }
    setValue('name', name);
    setValue('value', values[name] ?? '');
    focusValue();
  };
  return (
    <form
      ref={element}
      noValidate
      onSubmit={submit}
      aria-label="New variable"
      className="@container flex flex-col gap-2"
    >
      <LeaveGuard when={isTyped && !form.formState.isSubmitting} what="The new variable" />
      <div className="flex flex-col gap-2 @xl:flex-row @xl:items-start">
        <Field label="Name" hideLabel error={nameError} className="@xl:w-64">
          <Input
            {...register('name')}
            mono
            placeholder="NAME"
            spellCheck={false}
            autoCapitalize="none"
            aria-describedby={hintId}
            onPaste={onPaste}
          />
        </Field>
        <Field label="Value" hideLabel error={form.errorOf('value')} className="flex-1">
          <ValueInput
            label="Value"
            value={form.watch('value')}
            onValueChange={(value) => setValue('value', value)}
            completions={completions}
            placeholder="value"
          />
        </Field>
        <Button type="submit" icon={<Plus />} busy={form.formState.isSubmitting}>
          Add
        </Button>
      </div>
      <p id={hintId} className="text-muted text-xs">
        {
          'Type ${{ in a value to refer to another variable. Paste the lines of a .env file into the name to add them all.'
        }
      </p>
      <FormError {...form.failure} />
    </form>
  );
}
