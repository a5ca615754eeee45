import { useState } from 'react';
import { useMe } from '../../data/use-session.ts';
import { type StackUpdate, useApproveStackUpdate, useDiscardStackUpdate } from '../../data/use-stack-updates.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ChangesSummary } from './changes-summary.tsx';

/** An update that waits after its preview: what it would change, and the decision. */
export function DecisionPanel({ update, canChange }: { update: StackUpdate; canChange: boolean }) {
  const { user } = useMe();
  const [asking, setAsking] = useState(false);
  const { approval } = update;
  if (approval === null || approval === undefined || approval.state !== 'waiting') return null;
  const isOwn = approval.required === 'another_member' && update.createdBy === user.id;
  return (
    <div role="status" className="px-4 pb-3 md:px-5">
      <Alert
        tone="info"
        title="This deployment waits for a decision"
        action={canChange ? <Decision update={update} isOwn={isOwn} onApprove={() => setAsking(true)} /> : undefined}
      >
        <div className="flex flex-col gap-2">
          <p>
            {isOwn
              ? 'Another member must approve it: this environment asks for a second pair of eyes. You may discard it.'
              : 'The preview below shows what would change. Nothing is changed before it is approved.'}
          </p>
          <ChangesSummary changes={approval.changes} isOnlyLooking />
        </div>
      </Alert>
      <ApproveDialog update={update} open={asking} onClose={() => setAsking(false)} />
    </div>
  );
}

function Decision({ update, isOwn, onApprove }: { update: StackUpdate; isOwn: boolean; onApprove: () => void }) {
  const discard = useDiscardStackUpdate();
  return (
    <>
      <Button size="sm" busy={discard.isPending} onClick={() => discard.mutate(update.id)}>
        Discard
      </Button>
      {isOwn ? null : (
        <Button size="sm" variant="primary" onClick={onApprove}>
          Approve…
        </Button>
      )}
    </>
  );
}

function ApproveDialog({ update, open, onClose }: { update: StackUpdate; open: boolean; onClose: () => void }) {
  const approve = useApproveStackUpdate();
  const { resource, approval } = update;
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Deploy ${resource.kind} ${resource.name}?`}
      description="What was previewed is applied now."
      cancelLabel="Not now"
      confirmLabel="Approve and deploy"
      busy={approve.isPending}
      onConfirm={() => approve.mutate(update.id, { onSettled: onClose })}
    >
      <ChangesSummary changes={approval?.changes ?? null} isOnlyLooking />
    </ConfirmDialog>
  );
}
