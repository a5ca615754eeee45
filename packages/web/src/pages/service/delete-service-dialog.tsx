import { failureOf } from '../../data/explain-error.ts';
import { useDeleteService } from '../../data/use-services.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { UserText } from '../../ui/user-text.tsx';

export interface DeleteServiceDialogProps {
  projectId: string;
  service: { id: string; name: string };
  open: boolean;
  onClose: () => void;
  /** It was taken: the service is on its way out. */
  onDeleted: () => void;
}

/** Asks for the name of a service before it is deleted, and says what goes with it. */
export function DeleteServiceDialog({ projectId, service, open, onClose, onDeleted }: DeleteServiceDialogProps) {
  const remove = useDeleteService(projectId);
  const close = (): void => {
    remove.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      title={
        <>
          Delete <UserText text={service.name} />?
        </>
      }
      name={service.name}
      losses={['Its instances, which stop answering', 'Its variables and their history', 'Its deployments and logs']}
      confirmLabel="Delete service"
      busy={remove.isPending}
      failure={failureOf(remove.error)}
      onConfirm={() => remove.mutate(service.id, { onSuccess: onDeleted })}
    />
  );
}
