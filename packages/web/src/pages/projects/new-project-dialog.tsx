import { useNavigate } from '@tanstack/react-router';
import { useApiForm } from '../../data/forms/use-api-form.ts';
import { useCreateProject } from '../../data/use-projects.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FormDialogContent } from '../../ui/form-dialog.tsx';
import { ProjectFields } from './project-fields.tsx';
import { NAME_IN_WORDS } from './project-name.ts';

export interface NewProjectDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Makes a project and opens it. */
export function NewProjectDialog({ open, onOpenChange }: NewProjectDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      {open ? <NewProject onDone={() => onOpenChange(false)} /> : null}
    </Dialog>
  );
}

function NewProject({ onDone }: { onDone: () => void }) {
  const navigate = useNavigate();
  const create = useCreateProject();
  const form = useApiForm('createProject', {
    defaultValues: { name: '', description: '' },
    patterns: { name: NAME_IN_WORDS },
  });
  const onSubmit = form.submit(async (body) => {
    const { id } = await create.mutateAsync(body);
    onDone();
    await navigate({ to: '/projects/$projectId', params: { projectId: id } });
  });
  return (
    <FormDialogContent
      title="New project"
      description="It comes with an environment called production."
      submitLabel="Make project"
      busy={form.formState.isSubmitting}
      failure={form.failure}
      onSubmit={onSubmit}
    >
      <ProjectFields
        name={form.register('name')}
        nameError={form.errorOf('name')}
        description={form.register('description')}
        descriptionError={form.errorOf('description')}
      />
    </FormDialogContent>
  );
}
