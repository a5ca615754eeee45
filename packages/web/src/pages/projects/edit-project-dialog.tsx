import { useApiForm } from '../../data/forms/use-api-form.ts';
import { type ProjectSummary, useUpdateProject } from '../../data/use-projects.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FormDialogContent } from '../../ui/form-dialog.tsx';
import { ProjectFields } from './project-fields.tsx';
import { NAME_IN_WORDS } from './project-name.ts';

export interface EditProjectDialogProps {
  project: Pick<ProjectSummary, 'id' | 'name' | 'description'>;
  open: boolean;
  onClose: () => void;
}

/** Renames a project and changes its description. */
export function EditProjectDialog({ project, open, onClose }: EditProjectDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      {open ? <EditProject project={project} onClose={onClose} /> : null}
    </Dialog>
  );
}

function EditProject({ project, onClose }: Omit<EditProjectDialogProps, 'open'>) {
  const update = useUpdateProject(project.id);
  const { name, description } = project;
  const form = useApiForm('updateProject', {
    defaultValues: { name, description },
    patterns: { name: NAME_IN_WORDS },
  });
  const onSubmit = form.submit(async (body) => {
    await update.mutateAsync(body);
    onClose();
  });
  return (
    <FormDialogContent
      title="Rename project"
      description="Addresses of its services stay as they are."
      submitLabel="Save"
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
