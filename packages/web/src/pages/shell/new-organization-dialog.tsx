import { useApiForm } from '../../data/forms/use-api-form.ts';
import { useCreateOrganization } from '../../data/use-organizations.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { FormDialogContent } from '../../ui/form-dialog.tsx';
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
  const create = useCreateOrganization();
  const form = useApiForm('createOrganization', { defaultValues: { name: '' } });
  const onSubmit = form.submit(async (body) => {
    const { id } = await create.mutateAsync(body);
    onCreated(id);
  });
  return (
    <FormDialogContent
      size="sm"
      title="New organization"
      description="It has projects and members of its own. You will be its owner."
      submitLabel="Make organization"
      busy={form.formState.isSubmitting}
      failure={form.failure}
      onSubmit={onSubmit}
    >
      <Field label="Name" error={form.errorOf('name')} required>
        <Input {...form.register('name')} autoFocus />
      </Field>
    </FormDialogContent>
  );
}
