import { lazy, Suspense, useState } from 'react';
import type { StackResource } from '../../data/stack-progress.ts';
import { isUnderWay, type StackUpdate, useRetryStackUpdate } from '../../data/use-stack-updates.ts';
import { Button } from '../../ui/button.tsx';
import { isWaiting } from './update-words.ts';

const CancelUpdateDialog = lazy(async () => ({
  default: (await import('./cancel-update-dialog.tsx')).CancelUpdateDialog,
}));

export interface StackUpdateActionsProps {
  update: StackUpdate;
  /** What is being worked on now. */
  inFlight: readonly StackResource[];
  canChange: boolean;
  isCanceling: boolean;
  /** Leads to another update. */
  onOpen: (stackUpdateId: string) => void;
}

/** Cancel what is under way, try again what has ended. */
export function StackUpdateActions({ update, inFlight, canChange, isCanceling, onOpen }: StackUpdateActionsProps) {
  const [asking, setAsking] = useState(false);
  const retry = useRetryStackUpdate();
  // What waits is approved or discarded.
  if (!canChange || isWaiting(update)) return null;
  if (isUnderWay(update)) {
    return (
      <>
        <Button size="sm" className="ml-auto" disabled={isCanceling} onClick={() => setAsking(true)}>
          {isCanceling ? 'Canceling' : 'Cancel'}
        </Button>
        {asking ? (
          <Suspense>
            <CancelUpdateDialog update={update} inFlight={inFlight} open onClose={() => setAsking(false)} />
          </Suspense>
        ) : null}
      </>
    );
  }
  return (
    <Button
      size="sm"
      className="ml-auto"
      title="Does the same again, with the manifest of that time"
      busy={retry.isPending}
      onClick={() => retry.mutate(update.id, { onSuccess: ({ id }) => onOpen(id) })}
    >
      {update.status === 'success' ? 'Do it again' : 'Try again'}
    </Button>
  );
}
