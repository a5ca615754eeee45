import type { ComponentProps } from 'react';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { type Environment, useCreateEnvironment, useUpdateEnvironment } from '../../../data/use-environments.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormDialogContent } from '../../../ui/form-dialog.tsx';
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

interface NewEnvironmentProps {
  projectId: string;
  onClose: () => void;
  onCreated: ((environmentId: string) => void) | undefined;
}

function NewEnvironment({ projectId, onClose, onCreated }: NewEnvironmentProps) {
  const create = useCreateEnvironment(projectId);
  const form = useApiForm('createEnvironment', { defaultValues: { name: '' }, patterns: { name: NAME_IN_WORDS } });
  const onSubmit = form.submit(async (body) => {
    const { id } = await create.mutateAsync(body);
    onClose();
    onCreated?.(id);
  });
  return (
    <FormDialogContent
      title="New environment"
      description="A canvas of its own for the same project, such as staging: its services and variables are separate."
      submitLabel="Make environment"
      busy={form.formState.isSubmitting}
      failure={form.failure}
      onSubmit={onSubmit}
    >
      <NameField input={form.register('name')} error={form.errorOf('name')} />
    </FormDialogContent>
  );
}

function RenameEnvironment(props: { projectId: string; environment: Environment; onClose: () => void }) {
  const { projectId, environment, onClose } = props;
  const rename = useUpdateEnvironment(projectId, environment.id);
  const form = useApiForm('updateEnvironment', {
    defaultValues: { name: environment.name },
    patterns: { name: NAME_IN_WORDS },
  });
  const onSubmit = form.submit(async (body) => {
    await rename.mutateAsync(body);
    onClose();
  });
  return (
    <FormDialogContent
      title="Rename environment"
      description="Addresses of its services stay as they are."
      submitLabel="Save"
      busy={form.formState.isSubmitting}
      failure={form.failure}
      onSubmit={onSubmit}
    >
      <NameField input={form.register('name')} error={form.errorOf('name')} />
    </FormDialogContent>
  );
}

function NameField({ input, error }: { input: ComponentProps<typeof Input>; error: string | undefined }) {
  return (
    <Field label="Name" hint={NAME_IN_WORDS} error={error} required>
      <Input {...input} spellCheck={false} autoCapitalize="none" autoFocus />
    </Field>
  );
}
