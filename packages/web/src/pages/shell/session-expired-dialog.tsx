import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useApiForm } from '../../data/forms/use-api-form.ts';
import { forgetSession, useIsSessionExpired, useMe, useSignInAgain } from '../../data/use-session.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { FormDialogContent } from '../../ui/form-dialog.tsx';
import { PasswordInput } from '../../ui/password-input.tsx';
import { UserText } from '../../ui/user-text.tsx';

/** Over the page when the session ended by itself: what is on the page stays, and what was being sent goes on afterwards. */
export function SessionExpiredDialog() {
  const isExpired = useIsSessionExpired();
  const client = useQueryClient();
  const router = useRouter();
  const leave = (): void => {
    const next = router.state.location.href;
    forgetSession(client);
    void router.navigate({ to: '/sign-in', search: { next } });
  };
  return (
    <Dialog
      open={isExpired}
      onOpenChange={(open) => {
        if (!open) leave();
      }}
    >
      {isExpired ? <SignInAgain /> : null}
    </Dialog>
  );
}

function SignInAgain() {
  const { user, organization } = useMe();
  const signIn = useSignInAgain();
  const form = useApiForm('login', {
    defaultValues: { email: user.email, password: '', organizationId: organization.id },
  });
  return (
    <FormDialogContent
      size="sm"
      title="Your session has ended"
      description={
        <>
          Sign in again as <UserText text={user.email} className="font-medium text-fg" />. Nothing that you typed is
          lost.
        </>
      }
      submitLabel="Sign in"
      cancelLabel="Leave this page"
      busy={form.formState.isSubmitting}
      failure={form.failure}
      onSubmit={form.submit((body) => signIn.mutateAsync(body))}
    >
      {/* For password managers, which look for who it is that signs in. */}
      <input type="hidden" autoComplete="username" {...form.register('email')} />
      <Field label="Password" error={form.errorOf('password')}>
        <PasswordInput {...form.register('password')} autoComplete="current-password" autoFocus />
      </Field>
    </FormDialogContent>
  );
}
