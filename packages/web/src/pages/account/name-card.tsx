import { useApiForm } from '../../data/forms/use-api-form.ts';
import { useUpdateMe } from '../../data/use-account.ts';
import { useMe } from '../../data/use-session.ts';
import { Field } from '../../ui/field.tsx';
import { FormCard } from '../../ui/form-card.tsx';
import { Input } from '../../ui/input.tsx';

/** The name by which others see the user. */
export function NameCard() {
  const { user } = useMe();
  const update = useUpdateMe();
  const form = useApiForm('updateMe', { defaultValues: { name: user.name } });
  const onSubmit = form.submit(async (body) => {
    await update.mutateAsync(body);
    form.reset(body);
  });
  return (
    <FormCard
      title="Name"
      description="What other members see, and what the audit log says."
      onSubmit={onSubmit}
      submitLabel="Save"
      failure={form.failure}
      busy={form.formState.isSubmitting}
      disabled={!form.formState.isDirty}
    >
      <Field label="Your name" error={form.errorOf('name')} required>
        <Input {...form.register('name')} autoComplete="name" />
      </Field>
    </FormCard>
  );
}
