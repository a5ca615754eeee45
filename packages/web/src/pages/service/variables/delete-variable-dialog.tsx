import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { UserText } from '../../../ui/user-text.tsx';

export interface DeleteVariableDialogProps {
  /** The variable to delete; nothing is asked while there is none. */
  name: string | undefined;
  isShared: boolean;
  onCancel: () => void;
  onDelete: (name: string) => void;
}

/** Asks before a variable is deleted, and says what goes with it. */
export function DeleteVariableDialog({ name, isShared, onCancel, onDelete }: DeleteVariableDialogProps) {
  if (name === undefined) return null;
  return (
    <ConfirmDialog
      open
      onClose={onCancel}
      title={
        <>
          Delete <UserText text={name} className="font-mono" />?
        </>
      }
      name={name}
      losses={[
        isShared
          ? 'The variable, for each service of the environment from its next deployment on'
          : 'The variable, from the next deployment on; what runs keeps it until then',
        'Deployments of services that refer to it: they fail until the reference is changed',
      ]}
      note="Its value stays in the history for the next 1,000 changes: it can be brought back from there."
      confirmLabel="Delete variable"
      onConfirm={() => onDelete(name)}
    />
  );
}
