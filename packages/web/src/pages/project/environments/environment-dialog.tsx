import { useId } from 'react';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { type Environment, useCreateEnvironment, useRenameEnvironment } from '../../../data/use-environments.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '../../../ui/dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';
import { NAME_IN_WORDS } from '../../projects/index.ts';

export interface EnvironmentDialogProps {
  projectId: string;
  /** What is renamed; a new one is made without it. */
  environment?: Environment;
  onClose: () => void;
  onCreated?: (environmentId: string) => void;
}

/** Makes an environment, or renames one. */
export function EnvironmentDialog({ projectId, environment, onClose, onCreated }: EnvironmentDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      {environment === undefined ? (
        <NewEnvironment projectId={projectId} onClose={onClose} onCreated={onCreated} />
      ) : (
        <RenameEnvironment projectId={projectId} environment={environment} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Footer({ formId, busy, label }: { formId: string; busy: boolean; label: string }) {
  return (
    <>
      <DialogClose asChild>
        <Button>Cancel</Button>
      </DialogClose>
      <Button type="submit" form={formId} variant="primary" busy={busy}>
        {label}
      </Button>
    </>
  );
}

interface NewEnvironmentProps {
  projectId: string;
  onClose: () => void;
  onCreated: ((environmentId: string) => void) | undefined;
}

function NewEnvironment({ projectId, onClose, onCreated }: NewEnvironmentProps) {
  const formId = useId();
  const create = useCreateEnvironment(projectId);
  const form = useApiForm('createEnvironment', { defaultValues: { name: '' }, patterns: { name: NAME_IN_WORDS } });
  const onSubmit = form.submit(async (body) => {
    const { id } = await create.mutateAsync(body);
    onClose();
    onCreated?.(id);
  });
  return (
    <DialogContent
      title="New environment"
      description="A canvas of its own for the same project, such as staging: its services and variables are separate."
      footer={<Footer formId={formId} busy={form.formState.isSubmitting} label="Make environment" />}
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="flex flex-col gap-4">
        <Field label="Name" hint={NAME_IN_WORDS} error={form.errorOf('name')} required>
          <Input {...form.register('name')} spellCheck={false} autoCapitalize="none" autoFocus />
        </Field>
        <FormError {...form.failure} />
      </form>
    </DialogContent>
  );
}

function RenameEnvironment(props: { projectId: string; environment: Environment; onClose: () => void }) {
  const { projectId, environment, onClose } = props;
  const formId = useId();
  const rename = useRenameEnvironment(projectId, environment.id);
  const form = useApiForm('updateEnvironment', {
    defaultValues: { name: environment.name },
    patterns: { name: NAME_IN_WORDS },
  });
  const onSubmit = form.submit(async (body) => {
    await rename.mutateAsync(body);
    onClose();
  });
  return (
    <DialogContent
      title="Rename environment"
      description="Addresses of its services stay as they are."
      footer={<Footer formId={formId} busy={form.formState.isSubmitting} label="Save" />}
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="flex flex-col gap-4">
        <Field label="Name" hint={NAME_IN_WORDS} error={form.errorOf('name')} required>
          <Input {...form.register('name')} spellCheck={false} autoCapitalize="none" autoFocus />
        </Field>
        <FormError {...form.failure} />
      </form>
    </DialogContent>
  );
}
