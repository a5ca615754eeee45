import { failureOf } from '../../../data/explain-error.ts';
import { type Environment, useDeleteEnvironment } from '../../../data/use-environments.ts';
import { useOverview } from '../../../data/use-overview.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';

export interface DeleteEnvironmentDialogProps {
  projectId: string;
  environment: Environment;
  onClose: () => void;
  /** Once its deletion has begun. */
  onDeleted: () => void;
}

/** Asks for the name of an environment before it is deleted with all that is in it. */
export function DeleteEnvironmentDialog(props: DeleteEnvironmentDialogProps) {
  const { projectId, environment, onClose, onDeleted } = props;
  const remove = useDeleteEnvironment(projectId);
  const overview = useOverview(projectId, environment.id);
  const count = overview.data?.services.length ?? 0;
  const services =
    count === 1
      ? 'Its service: the instances are stopped and its address no longer answers'
      : `All ${count} services: their instances are stopped and their addresses no longer answer`;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Delete environment?"
      name={environment.name}
      losses={[...(count === 0 ? [] : [services]), 'Its variables, shared ones too', 'Deployments, releases and logs']}
      note="There is no way back. The other environments of the project stay as they are."
      confirmLabel="Delete environment"
      busy={remove.isPending}
      failure={failureOf(remove.error)}
      onConfirm={() =>
        remove.mutate(environment.id, {
          onSuccess() {
            onClose();
            onDeleted();
          },
        })
      }
    />
  );
}
