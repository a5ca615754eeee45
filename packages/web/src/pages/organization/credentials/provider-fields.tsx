import type { UseFormRegisterReturn } from 'react-hook-form';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { PasswordInput } from '../../../ui/password-input.tsx';
import { fieldsOf, type ProviderField } from './provider-form.ts';
import { SecretFileInput } from './secret-file-input.tsx';

export interface ProviderFieldsProps {
  provider: string;
  register: (field: string) => UseFormRegisterReturn;
  setValue: (field: string, value: string) => void;
  errorOf: (field: string) => string | undefined;
  /** Secrets are stored already: these take their place. */
  isReplacing?: boolean;
}

/** The fields of a provider, made from how the server describes them. What is secret is not shown while it is typed. */
export function ProviderFields({ provider, register, setValue, errorOf, isReplacing = false }: ProviderFieldsProps) {
  return fieldsOf(provider).map((field) => (
    <Field
      key={field.name}
      label={isReplacing && field.isSecret ? `New ${lowerFirst(field.label)}` : field.label}
      hint={field.hint}
      required={field.isRequired}
      error={errorOf(field.name)}
    >
      <Control field={field} registered={register(field.name)} onText={(text) => setValue(field.name, text)} />
    </Field>
  ));
}

interface ControlProps {
  field: ProviderField;
  registered: UseFormRegisterReturn;
  onText: (text: string) => void;
}

function Control({ field, registered, onText }: ControlProps) {
  if (field.isFile) return <SecretFileInput registered={registered} onText={onText} />;
  if (field.isSecret) return <PasswordInput {...registered} autoComplete="new-password" />;
  return <Input {...registered} spellCheck={false} autoCapitalize="none" />;
}

/** "Client secret" → "client secret"; "API token" stays. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
