import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useApiForm } from '../../data/forms/use-api-form.ts';
import { useSignIn } from '../../data/use-session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Input } from '../../ui/input.tsx';
import { PasswordInput } from '../../ui/password-input.tsx';
import { EntryLayout, usePageTitle } from '../shell/index.ts';
import { OtherWaysIn } from './other-ways-in.tsx';

const route = getRouteApi('/sign-in');

/** Signs in, and goes on to where one wanted to go. */
export function SignInPage() {
  usePageTitle('Sign in');
  const { next = '/' } = route.useSearch();
  const navigate = useNavigate();
  const signIn = useSignIn();
  const form = useApiForm('login', { defaultValues: { email: '', password: '' } });
  const onSubmit = form.submit(async (body) => {
    await signIn.mutateAsync(body);
    await navigate({ href: next });
  });
  return (
    <EntryLayout title="Sign in" footer={<OtherWaysIn />}>
      <form onSubmit={onSubmit} noValidate className="flex flex-col gap-4">
        <Field label="E-mail address" error={form.errorOf('email')}>
          <Input {...form.register('email')} type="email" autoComplete="username" inputSize="lg" autoFocus />
        </Field>
        <Field label="Password" error={form.errorOf('password')}>
          <PasswordInput {...form.register('password')} autoComplete="current-password" inputSize="lg" />
        </Field>
        <FormError {...form.failure} />
        <Button type="submit" variant="primary" size="lg" busy={form.formState.isSubmitting}>
          Sign in
        </Button>
      </form>
    </EntryLayout>
  );
}
