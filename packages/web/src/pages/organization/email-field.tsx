import type { ComponentProps } from 'react';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

/** What a form registers the address with: a pasted one often has a space at its end. */
export const trimmed = { setValueAs: (value: string) => value.trim() };

/** The e-mail address of somebody else, which the browser must neither complete nor correct. */
export function EmailField({
  label,
  error,
  ...input
}: { label: string; error: string | undefined } & ComponentProps<'input'>) {
  return (
    <Field label={label} error={error} required>
      <Input {...input} type="email" autoCapitalize="none" spellCheck={false} />
    </Field>
  );
}
