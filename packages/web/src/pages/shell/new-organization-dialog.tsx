import { useId } from 'react';
import { useApiForm } from '../../data/forms/use-api-form.ts';
import { useCreateOrganization } from '../../data/use-organizations.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Input } from '../../ui/input.tsx';

export interface NewOrganizationDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onCreated: (id: string) => void;
}

/** Makes an organization and goes there. */
export function NewOrganizationDialog({ open, onOpenChange, onCreated }: NewOrganizationDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      {open ? (
        <NewOrganizationContent
          onCreated={(id) => {
            onOpenChange(false);
            onCreated(id);
          }}
        />
      ) : null}
    </Dialog>
  );
}

function NewOrganizationContent({ onCreated }: { onCreated: (id: string) => void }) {
  const formId = useId();
  const create = useCreateOrganization();
  const form = useApiForm('createOrganization', { defaultValues: { name: '' } });
  const onSubmit = form.submit(async (body) => {
    const { id } = await create.mutateAsync(body);
    onCreated(id);
  });
  return (
    <DialogContent
      size="sm"
      title="New organization"
      description="It has projects and members of its own. You will be its owner."
      footer={
        <>
          <DialogClose asChild>
            <Button>Cancel</Button>
          </DialogClose>
          <Button type="submit" form={formId} variant="primary" busy={form.formState.isSubmitting}>
            Make organization
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="flex flex-col gap-4">
        <Field label="Name" error={form.errorOf('name')} required>
          <Input {...form.register('name')} autoFocus />
        </Field>
        <FormError {...form.failure} />
      </form>
    </DialogContent>
  );
}
