import { useApiForm } from '../../data/forms/use-api-form.ts';
import { useChangePassword } from '../../data/use-account.ts';
import { useMe } from '../../data/use-session.ts';
import { Field } from '../../ui/field.tsx';
import { FormCard } from '../../ui/form-card.tsx';
import { PasswordInput } from '../../ui/password-input.tsx';

/** Changes the password; all other sessions end with it. */
export function PasswordCard() {
  const { user } = useMe();
  const change = useChangePassword();
  const form = useApiForm('changePassword', { defaultValues: { currentPassword: '', newPassword: '' } });
  const onSubmit = form.submit(async (body) => {
    await change.mutateAsync(body);
    form.reset();
  });
  return (
    <FormCard
      title="Password"
      description="Everywhere else you are signed out when you change it. API tokens stay."
      onSubmit={onSubmit}
      submitLabel="Change password"
      failure={form.failure}
      busy={form.formState.isSubmitting}
    >
      {/* For password managers, which keep a password under a name. */}
      <input type="text" autoComplete="username" value={user.email} readOnly hidden />
      <Field label="Current password" error={form.errorOf('currentPassword')} required>
        <PasswordInput {...form.register('currentPassword')} autoComplete="current-password" />
      </Field>
      <Field
        label="New password"
        hint="At least 10 characters; a sentence is a good one."
        error={form.errorOf('newPassword')}
        required
      >
        <PasswordInput {...form.register('newPassword')} autoComplete="new-password" />
      </Field>
    </FormCard>
  );
}
