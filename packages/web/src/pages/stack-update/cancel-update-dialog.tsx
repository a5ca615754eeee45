import type { StackResource } from '../../data/stack-progress.ts';
import { type StackUpdate, useCancelStackUpdate } from '../../data/use-stack-updates.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { resourceText } from './resource-words.ts';
import { operationNoun } from './update-words.ts';

export interface CancelUpdateDialogProps {
  update: StackUpdate;
  /** What is being worked on now. */
  inFlight: readonly StackResource[];
  open: boolean;
  onClose: () => void;
}

const mostNamed = 8;

/** Asks before an update is canceled, and says what is in flight. */
export function CancelUpdateDialog({ update, inFlight, open, onClose }: CancelUpdateDialogProps) {
  const cancel = useCancelStackUpdate();
  const noun = operationNoun(update.operation);
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      tone="danger"
      title={`Cancel this ${noun}?`}
      description={
        update.status === 'queued'
          ? 'It has not begun: nothing is changed.'
          : 'Nothing more is begun. What is in flight is given two minutes to end; what was done until then stays.'
      }
      cancelLabel="Let it go on"
      confirmLabel={`Cancel ${noun}`}
      busy={cancel.isPending}
      onConfirm={() => cancel.mutate(update.id, { onSettled: onClose })}
    >
      {inFlight.length === 0 ? null : (
        <section className="flex flex-col gap-1.5 text-sm">
          <h3 className="font-medium">In flight now</h3>
          <ul className="flex list-disc flex-col gap-1 pl-5">
            {inFlight.slice(0, mostNamed).map((resource) => (
              <li key={resource.urn}>
                <UserText text={resource.name} className="break-words font-medium" />:{' '}
                <span className="text-muted">{resourceText(resource, { isLive: true, isOnlyLooking: false })}</span>
              </li>
            ))}
          </ul>
          {inFlight.length > mostNamed ? <p className="text-muted">and {inFlight.length - mostNamed} more</p> : null}
        </section>
      )}
    </ConfirmDialog>
  );
}
