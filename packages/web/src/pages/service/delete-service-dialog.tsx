import { useDeleteService } from '../../data/use-services.ts';
import { ConfirmByNameDialog } from '../../ui/confirm-by-name-dialog.tsx';
import { UserText } from '../../ui/user-text.tsx';

export interface DeleteServiceDialogProps {
  projectId: string;
  service: { id: string; name: string };
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** It was taken: the service is on its way out. */
  onDeleted: () => void;
}

/** Asks for the name of a service before it is deleted, and says what goes with it. */
export function DeleteServiceDialog({ projectId, service, open, onOpenChange, onDeleted }: DeleteServiceDialogProps) {
  const remove = useDeleteService(projectId);
  return (
    <ConfirmByNameDialog
      open={open}
      onOpenChange={onOpenChange}
      title={
        <>
          Delete <UserText text={service.name} />?
        </>
      }
      name={service.name}
      losses={['Its instances, which stop answering', 'Its variables and their history', 'Its deployments and logs']}
      confirmLabel="Delete service"
      busy={remove.isPending}
      onConfirm={() => remove.mutate(service.id, { onSuccess: onDeleted })}
    />
  );
}
