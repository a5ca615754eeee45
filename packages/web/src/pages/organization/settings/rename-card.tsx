import { useId } from 'react';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { useRenameOrganization } from '../../../data/use-organizations.ts';
import { useMe } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';

/** Changes the organization's name. */
export function RenameCard() {
  const formId = useId();
  const { organization } = useMe();
  const rename = useRenameOrganization();
  const form = useApiForm('updateOrganization', { defaultValues: { name: organization.name } });
  const onSubmit = form.submit(async (body) => {
    // Blanks around it are taken off by the server.
    const { name } = await rename.mutateAsync(body);
    form.reset({ name });
  });
  return (
    <Card
      title="Name"
      description="What members see. Addresses of services do not change with it."
      footer={
        <Button
          type="submit"
          form={formId}
          variant="primary"
          busy={form.formState.isSubmitting}
          disabled={!form.formState.isDirty}
        >
          Save
        </Button>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="flex max-w-sm flex-col gap-4">
        <Field label="Organization name" error={form.errorOf('name')} required>
          <Input {...form.register('name')} autoComplete="organization" />
        </Field>
        <FormError {...form.failure} />
      </form>
    </Card>
  );
}
