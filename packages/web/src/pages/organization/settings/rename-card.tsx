import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { useRenameOrganization } from '../../../data/use-organizations.ts';
import { useMe } from '../../../data/use-session.ts';
import { Field } from '../../../ui/field.tsx';
import { FormCard } from '../../../ui/form-card.tsx';
import { Input } from '../../../ui/input.tsx';

/** Changes the organization's name. */
export function RenameCard() {
  const { organization } = useMe();
  const rename = useRenameOrganization();
  const form = useApiForm('updateOrganization', { defaultValues: { name: organization.name } });
  const onSubmit = form.submit(async (body) => {
    // Blanks around it are taken off by the server.
    const { name } = await rename.mutateAsync(body);
    form.reset({ name });
  });
  return (
    <FormCard
      title="Name"
      description="What members see. Addresses of services do not change with it."
      onSubmit={onSubmit}
      submitLabel="Save"
      failure={form.failure}
      busy={form.formState.isSubmitting}
      disabled={!form.formState.isDirty}
    >
      <Field label="Organization name" error={form.errorOf('name')} required>
        <Input {...form.register('name')} autoComplete="organization" />
      </Field>
    </FormCard>
  );
}
