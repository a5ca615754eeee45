import { useApiForm } from '../../data/forms/use-api-form.ts';
import { useSignIn } from '../../data/use-session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Input } from '../../ui/input.tsx';
import { PasswordInput } from '../../ui/password-input.tsx';

/** Accepts an invitation by signing in. */
export function JoinForm({ invitationToken, onDone }: { invitationToken: string; onDone: () => void }) {
  const signIn = useSignIn();
  const form = useApiForm('login', { defaultValues: { email: '', password: '' } });
  const onSubmit = form.submit(async (body) => {
    await signIn.mutateAsync({ ...body, invitationToken });
    onDone();
  });
  return (
    <form onSubmit={onSubmit} noValidate className="flex flex-col gap-4">
      <Field label="E-mail address" error={form.errorOf('email')} required>
        <Input {...form.register('email')} type="email" autoComplete="username" inputSize="lg" />
      </Field>
      <Field label="Password" error={form.errorOf('password')} required>
        <PasswordInput {...form.register('password')} autoComplete="current-password" inputSize="lg" />
      </Field>
      <FormError {...form.failure} />
      <Button type="submit" variant="primary" size="lg" busy={form.formState.isSubmitting}>
        Sign in and join
      </Button>
    </form>
  );
}
