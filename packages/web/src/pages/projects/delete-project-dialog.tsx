import { failureOf } from '../../data/explain-error.ts';
import { type ProjectSummary, useDeleteProject } from '../../data/use-projects.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

export interface DeleteProjectDialogProps {
  project: Pick<ProjectSummary, 'id' | 'name' | 'environments' | 'health'>;
  open: boolean;
  onClose: () => void;
  /** Once its deletion has begun. */
  onDeleted?: () => void;
}

/** Asks for the name of a project before it is deleted with all that is in it. */
export function DeleteProjectDialog({ project, open, onClose, onDeleted }: DeleteProjectDialogProps) {
  const remove = useDeleteProject();
  const { id, name, environments, health } = project;
  const close = (): void => {
    remove.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      title="Delete project?"
      name={name}
      losses={[
        ...(health.services === 0 ? [] : [lossOfServices(health.services)]),
        environments.length === 1
          ? 'Its environment, with all variables'
          : `All ${environments.length} environments, with their variables`,
        'Deployments, releases and logs',
      ]}
      note="There is no way back. The audit log keeps that it was deleted, and by whom."
      confirmLabel="Delete project"
      busy={remove.isPending}
      failure={failureOf(remove.error)}
      onConfirm={() =>
        remove.mutate(id, {
          onSuccess() {
            close();
            onDeleted?.();
          },
        })
      }
    />
  );
}

function lossOfServices(count: number): string {
  return count === 1
    ? 'Its service: the instances are stopped and its address no longer answers'
    : `All ${count} services: their instances are stopped and their addresses no longer answer`;
}
