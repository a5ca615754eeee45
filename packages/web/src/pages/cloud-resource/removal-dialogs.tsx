import { failureOf } from '../../data/explain-error.ts';
import { lossesOfDelete, lossesOfDestroy, lossesOfOrphan } from '../../data/resource-losses.ts';
import { useDeleteCloudResource, useResourceAction } from '../../data/use-cloud-resources.ts';
import type { CloudResourceOverview } from '../../data/use-overview.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { UserText } from '../../ui/user-text.tsx';

/** What takes away what a cloud resource made, or the resource itself. */
export type Removal = 'destroy' | 'delete' | 'orphan';

export interface RemovalDialogProps {
  resource: CloudResourceOverview;
  /** What is asked about; nothing is shown without it. */
  removal: Removal | undefined;
  onClose: () => void;
  /** It was taken. */
  onDone: (removal: Removal) => void;
}

const words: Record<Removal, { question: string; label: string; note: string; losses: typeof lossesOfDelete }> = {
  destroy: {
    question: 'Destroy what it made:',
    label: 'Destroy',
    note: 'The manifest stays: Deploy makes everything anew, without the data.',
    losses: lossesOfDestroy,
  },
  delete: {
    question: 'Delete',
    label: 'Delete cloud resource',
    note: 'What it made is destroyed first. When that fails, the resource stays, with the reason.',
    losses: lossesOfDelete,
  },
  orphan: {
    question: 'Forget',
    label: 'Forget cloud resource',
    note: 'What it made stays at the provider, and goes on costing what it costs.',
    losses: lossesOfOrphan,
  },
};

/** Asks for the name of a cloud resource before something is destroyed, and says what is lost. */
export function RemovalDialog({ resource, removal, onClose, onDone }: RemovalDialogProps) {
  const { projectId, id, name } = resource;
  const destroy = useResourceAction(projectId ?? undefined, 'destroy');
  const remove = useDeleteCloudResource(projectId ?? undefined);
  if (removal === undefined) return null;
  const { question, label, note, losses } = words[removal];
  const asked = removal === 'destroy' ? destroy : remove;
  const onSuccess = (): void => {
    onClose();
    onDone(removal);
  };
  const confirm = (): void => {
    if (removal === 'destroy') destroy.mutate(id, { onSuccess });
    else remove.mutate({ id, orphan: removal === 'orphan' }, { onSuccess });
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={
        <>
          {question} <UserText text={name} />?
        </>
      }
      name={name}
      losses={losses(resource)}
      note={note}
      confirmLabel={label}
      busy={asked.isPending}
      failure={failureOf(asked.error)}
      onConfirm={confirm}
    />
  );
}
