import { useId } from 'react';
import { useApiForm } from '../../data/forms/use-api-form.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Input } from '../../ui/input.tsx';

export interface NameCardProps {
  /** Whose rules the name keeps. */
  operation: 'updateMe' | 'updateOrganization';
  /** As it is now. */
  name: string;
  /** Of the field. */
  label: string;
  description: string;
  autoComplete: string;
  /** @returns the name as it was kept */
  onSave: (body: { name: string }) => Promise<string>;
}

/** Changes the name of the user, or of the organization. */
export function NameCard({ operation, name, label, description, autoComplete, onSave }: NameCardProps) {
  const formId = useId();
  const form = useApiForm(operation, { defaultValues: { name } });
  const onSubmit = form.submit(async (body) => form.reset({ name: await onSave(body) }));
  return (
    <Card
      title="Name"
      description={description}
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
        <Field label={label} error={form.errorOf('name')} required>
          <Input {...form.register('name')} autoComplete={autoComplete} />
        </Field>
        <FormError {...form.failure} />
      </form>
    </Card>
  );
}
