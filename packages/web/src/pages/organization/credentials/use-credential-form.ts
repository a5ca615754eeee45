import { useEffect } from 'react';
import type { FieldPath, FieldValues, UseFormRegisterReturn } from 'react-hook-form';
import { type ApiForm, useApiForm } from '../../../data/forms/use-api-form.ts';
import { LABEL_IN_WORDS } from './credential-scope.ts';
import type { ProviderFieldsProps } from './provider-fields.tsx';
import { fieldsOf, toSentFields } from './provider-form.ts';

/** A credential of any provider: what they have in common, and the provider's fields by name. */
export interface CredentialFormValues extends FieldValues {
  name: string;
  provider: string;
  labels: Record<string, string>;
  environmentId?: string | null;
  expiresAt?: string | null;
  endpoint?: string;
  data: Record<string, string>;
}

export interface CredentialForm
  extends Pick<ApiForm<CredentialFormValues>, 'errorOf' | 'errorWithin' | 'failure' | 'submit'> {
  register: (path: FieldPath<CredentialFormValues>) => UseFormRegisterReturn;
  setValue: (path: 'labels' | 'environmentId' | 'expiresAt', value: unknown) => void;
  /** For the fields of the provider. */
  fields: Pick<ProviderFieldsProps, 'register' | 'setValue' | 'errorOf'>;
}

/** A form with the fields of one provider, checked by what the server asks of that provider. */
export function useCredentialForm(
  provider: string,
  values: Pick<CredentialFormValues, 'name' | 'labels' | 'endpoint'> & { data?: Readonly<Record<string, string>> },
  patterns: Partial<Record<string, string>> = {},
): CredentialForm {
  const data = Object.fromEntries(fieldsOf(provider).map(({ name }) => [name, values.data?.[name] ?? '']));
  const form = useApiForm('createCredential', {
    // One of eleven forms, each with fields of its own: their types are those of the chosen one's schema.
    defaultValues: { ...values, provider, data } as never,
    patterns: { labels: LABEL_IN_WORDS, ...patterns },
    alternative: { property: 'provider', value: provider },
  }) as unknown as ApiForm<CredentialFormValues>;
  const { register } = form;
  useEffect(() => {
    // Without elements of their own here: what the server says of them still finds its place.
    for (const path of ['labels', 'expiresAt'] as const) register(path);
  }, [register]);
  return {
    errorOf: form.errorOf,
    errorWithin: form.errorWithin,
    failure: form.failure,
    register: form.register,
    setValue: (path, value) => form.setValue(path, value as never, { shouldDirty: true }),
    submit: (send) => form.submit((body) => send({ ...body, data: toSentFields(provider, body.data) })),
    fields: {
      register: (field) => form.register(`data.${field}`),
      setValue: (field, value) => form.setValue(`data.${field}`, value, { shouldDirty: true, shouldValidate: true }),
      errorOf: (field) => form.errorOf(`data.${field}`),
    },
  };
}
