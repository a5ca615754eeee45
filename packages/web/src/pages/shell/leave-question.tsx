import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

export interface LeaveQuestionProps {
  open: boolean;
  /** What would be lost: "What you changed in the settings". */
  what: string;
  onStay: () => void;
  onLeave: () => void;
}

/** Asks whether something that is not saved may be lost. */
export function LeaveQuestion({ open, what, onStay, onLeave }: LeaveQuestionProps) {
  return (
    <ConfirmDialog
      open={open}
      onClose={onStay}
      tone="danger"
      title="Leave without saving?"
      description={`${what} is not saved, and will be lost.`}
      cancelLabel="Stay"
      confirmLabel="Leave without saving"
      onConfirm={onLeave}
    />
  );
}
