import { useNavigate } from '@tanstack/react-router';
import { useId } from 'react';
import { useApiForm } from '../../data/forms/use-api-form.ts';
import { useCreateProject } from '../../data/use-projects.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '../../ui/dialog.tsx';
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
  const formId = useId();
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
    <DialogContent
      title="New project"
      description="It comes with an environment called production."
      footer={
        <>
          <DialogClose asChild>
            <Button>Cancel</Button>
          </DialogClose>
          <Button type="submit" form={formId} variant="primary" busy={form.formState.isSubmitting}>
            Make project
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="flex flex-col gap-4">
        <ProjectFields
          name={form.register('name')}
          nameError={form.errorOf('name')}
          description={form.register('description')}
          descriptionError={form.errorOf('description')}
          failure={form.failure}
        />
      </form>
    </DialogContent>
  );
}
