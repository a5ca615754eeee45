import type { ReactNode } from 'react';
import { useApiForm } from '../../data/forms/use-api-form.ts';
import { useRegister } from '../../data/use-session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Input } from '../../ui/input.tsx';
import { PasswordInput } from '../../ui/password-input.tsx';

export interface AccountFormProps {
  submitLabel: string;
  /** Also asks for the name of the new organization. */
  withOrganization?: boolean;
  /** Asks for the claim token of a new installation. */
  withClaimToken?: boolean;
  invitationToken?: string;
  onDone: () => void;
  children?: ReactNode;
}

/** Makes an account and signs in with it. */
export function AccountForm(props: AccountFormProps) {
  const { submitLabel, withOrganization = false, withClaimToken = false, invitationToken, onDone, children } = props;
  const register = useRegister();
  const form = useApiForm('register', {
    defaultValues: {
      ...(withClaimToken ? { claimToken: '' } : {}),
      name: '',
      email: '',
      password: '',
      ...(withOrganization ? { organizationName: '' } : {}),
    },
  });
  const onSubmit = form.submit(async (body) => {
    await register.mutateAsync({ ...body, ...(invitationToken === undefined ? {} : { invitationToken }) });
    onDone();
  });
  return (
    <form onSubmit={onSubmit} noValidate className="flex flex-col gap-4">
      {withClaimToken ? (
        <Field
          label="Claim token"
          hint="The server printed it at its first start; it is also in the file claim-token of its data folder."
          error={form.errorOf('claimToken')}
          required
        >
          <Input
            {...form.register('claimToken', { setValueAs: (value: string) => value.trim() })}
            spellCheck={false}
            autoCapitalize="none"
            mono
            inputSize="lg"
            autoFocus
          />
        </Field>
      ) : null}
      <Field label="Your name" error={form.errorOf('name')} required>
        <Input {...form.register('name')} autoComplete="name" inputSize="lg" autoFocus={!withClaimToken} />
      </Field>
      <Field label="E-mail address" hint="You sign in with it." error={form.errorOf('email')} required>
        <Input {...form.register('email')} type="email" autoComplete="username" inputSize="lg" />
      </Field>
      <Field
        label="Password"
        hint="At least 10 characters; a sentence is a good one."
        error={form.errorOf('password')}
        required
      >
        <PasswordInput {...form.register('password')} autoComplete="new-password" inputSize="lg" />
      </Field>
      {withOrganization ? (
        <Field
          label="Organization"
          hint="Your company or team. Can be changed later."
          error={form.errorOf('organizationName')}
        >
          <Input {...form.register('organizationName')} autoComplete="organization" inputSize="lg" />
        </Field>
      ) : null}
      {children}
      <FormError {...form.failure} />
      <Button type="submit" variant="primary" size="lg" busy={form.formState.isSubmitting}>
        {submitLabel}
      </Button>
    </form>
  );
}
