import { useState } from 'react';
import { failureOf } from '../../../data/explain-error.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import type { CanvasItem, NodeAction } from '../nodes/index.ts';

export interface NodeConfirmationProps {
  /** What was asked for; nothing is shown without it. */
  asked: { readonly item: CanvasItem; readonly action: NodeAction } | undefined;
  onClose: () => void;
}

/** Asks for the name of a node before something is destroyed, and does it then. */
export function NodeConfirmation({ asked, onClose }: NodeConfirmationProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  if (asked?.action.confirm === undefined) return null;
  const { item, action } = asked;
  const { title, losses, confirmLabel } = asked.action.confirm;
  const close = (): void => {
    setError(undefined);
    onClose();
  };
  async function confirm(): Promise<void> {
    setBusy(true);
    try {
      await action.run();
      close();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  }
  return (
    <ConfirmDialog
      open
      onClose={close}
      title={title}
      name={item.name}
      losses={losses}
      confirmLabel={confirmLabel}
      busy={isBusy}
      failure={failureOf(error)}
      onConfirm={() => void confirm()}
    />
  );
}
