import { useId } from 'react';
import { useApiForm } from '../../data/forms/use-api-form.ts';
import { useUpdateMe } from '../../data/use-account.ts';
import { useMe } from '../../data/use-session.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Input } from '../../ui/input.tsx';

/** The name by which others see the user. */
export function NameCard() {
  const formId = useId();
  const { user } = useMe();
  const update = useUpdateMe();
  const form = useApiForm('updateMe', { defaultValues: { name: user.name } });
  const onSubmit = form.submit(async (body) => {
    await update.mutateAsync(body);
    form.reset(body);
  });
  return (
    <Card
      title="Name"
      description="What other members see, and what the audit log says."
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
        <Field label="Your name" error={form.errorOf('name')} required>
          <Input {...form.register('name')} autoComplete="name" />
        </Field>
        <FormError {...form.failure} />
      </form>
    </Card>
  );
}
