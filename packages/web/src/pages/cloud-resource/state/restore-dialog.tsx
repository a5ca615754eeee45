import { failureOf } from '../../../data/explain-error.ts';
import { type Checkpoint, useRestoreCheckpoint } from '../../../data/use-checkpoints.ts';
import type { CloudResourceOverview } from '../../../data/use-overview.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';

export interface RestoreDialogProps {
  resource: CloudResourceOverview;
  /** What to go back to; nothing is shown without it. */
  checkpoint: Checkpoint | undefined;
  onClose: () => void;
  onBegun: (updateId: string) => void;
}

/** Asks for the name before a former state takes the place of the current one. */
export function RestoreDialog({ resource, checkpoint, onClose, onBegun }: RestoreDialogProps) {
  const restore = useRestoreCheckpoint(resource.id);
  if (checkpoint === undefined) return null;
  const { version, resources } = checkpoint;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Restore the state of version ${version}?`}
      name={resource.name}
      losses={[`What davit knows of the stack now: the ${resources} resources of version ${version} take its place`]}
      note="Nothing at the provider is changed. The state of now stays in the list; refresh afterwards to see what differs."
      confirmLabel="Restore state"
      busy={restore.isPending}
      failure={failureOf(restore.error)}
      onConfirm={() =>
        restore.mutate(version, {
          onSuccess({ id }) {
            onClose();
            onBegun(id);
          },
        })
      }
    />
  );
}
