import { type RollbackCandidate, useRollback } from '../../../data/use-deployments.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ChangeList } from '../change-list.tsx';

export interface RollbackDialogProps {
  serviceId: string;
  /** Where to go back to; nothing is shown without it. */
  to: RollbackCandidate | undefined;
  onClose: () => void;
  /** With the deployment that goes back. */
  onBegun?: (deploymentId: string) => void;
}

/** Asks before a rollback, and says what it would change. */
export function RollbackDialog({ serviceId, to, onClose, onBegun }: RollbackDialogProps) {
  const rollback = useRollback(serviceId);
  if (to === undefined) return null;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      size="md"
      title={`Roll back to deployment #${to.number}?`}
      description="It is started again with the source, variables and settings that it had. What serves now goes on until it answers."
      cancelLabel="Not now"
      confirmLabel="Roll back"
      busy={rollback.isPending}
      onConfirm={() => rollback.mutate(to.id, { onSettled: onClose, onSuccess: ({ id }) => onBegun?.(id) })}
    >
      <Changes changes={to.changes} />
    </ConfirmDialog>
  );
}

function Changes({ changes }: { changes: RollbackCandidate['changes'] }) {
  const { commit, variables, settings } = changes;
  const hasCommit = commit !== null && commit.from !== commit.to;
  if (!hasCommit && variables.length === 0 && settings.length === 0) {
    return <p className="text-muted text-sm">Commit, variables and settings are those that serve now.</p>;
  }
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-medium text-sm">What changes</h3>
      <ChangeList variables={variables} settings={settings}>
        {hasCommit ? (
          <li>
            Commit <CommitName sha={commit.from} /> → <CommitName sha={commit.to} />
          </li>
        ) : null}
      </ChangeList>
    </section>
  );
}

function CommitName({ sha }: { sha: string | null }) {
  return sha === null ? (
    <span className="text-muted">an upload</span>
  ) : (
    <code className="font-mono text-xs">{sha.slice(0, 8)}</code>
  );
}
