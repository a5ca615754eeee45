import { ArrowLeft } from 'lucide-react';
import { type Deployment, isUnderWay, useCancelDeployment, useRedeploy } from '../../../data/use-deployments.ts';
import { Button } from '../../../ui/button.tsx';
import { Duration } from '../../../ui/duration.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { UserText } from '../../../ui/user-text.tsx';

export interface DeploymentHeaderProps {
  deployment: Deployment;
  canChange: boolean;
  onBack: () => void;
  /** Leads to another deployment. */
  onOpen: (deploymentId: string) => void;
  /** Absent where there is nothing to go back to. */
  onRollback: (() => void) | undefined;
}

/** Which deployment it is, how it is, and what can be done with it. */
export function DeploymentHeader({ deployment, canChange, onBack, onOpen, onRollback }: DeploymentHeaderProps) {
  const { number, status, commit, trigger, createdAt, startedAt, finishedAt } = deployment;
  return (
    <header className="flex shrink-0 flex-col gap-2 px-4 py-3 md:px-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button size="sm" variant="ghost" icon={<ArrowLeft />} onClick={onBack} className="-ml-2">
          All deployments
        </Button>
        <h3 className="font-medium">Deployment #{number}</h3>
        <StatusBadge status={isUnderWay(deployment) ? 'deploying' : status} />
        {canChange ? <Actions deployment={deployment} onOpen={onOpen} onRollback={onRollback} /> : null}
      </div>
      <p className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-muted text-sm">
        <RelativeTime at={createdAt} />
        {startedAt === null ? null : (
          <span>
            took <Duration from={startedAt} to={finishedAt} />
          </span>
        )}
        {trigger === 'rollback' ? <span>rollback</span> : null}
        {commit === null ? null : (
          <span className="min-w-0 max-w-full truncate">
            <code className="text-xs">{commit.sha.slice(0, 8)}</code>{' '}
            <UserText text={commit.message ?? ''} className="text-fg" />
            {commit.author === null ? null : (
              <>
                {' '}
                by <UserText text={commit.author} />
              </>
            )}
          </span>
        )}
      </p>
    </header>
  );
}

function Actions({
  deployment,
  onOpen,
  onRollback,
}: Pick<DeploymentHeaderProps, 'deployment' | 'onOpen' | 'onRollback'>) {
  const { id, serviceId, commit } = deployment;
  const cancel = useCancelDeployment(serviceId);
  const redeploy = useRedeploy(serviceId);
  if (isUnderWay(deployment)) {
    return (
      <Button size="sm" className="ml-auto" busy={cancel.isPending} onClick={() => cancel.mutate(id)}>
        Cancel
      </Button>
    );
  }
  return (
    <div className="ml-auto flex gap-2">
      {commit === null ? null : (
        <Button
          size="sm"
          title="Deploys this commit with the variables and settings of today"
          busy={redeploy.isPending}
          onClick={() => redeploy.mutate(commit.sha, { onSuccess: (made) => onOpen(made.id) })}
        >
          Deploy again
        </Button>
      )}
      {onRollback === undefined ? null : (
        <Button size="sm" title="Brings it back as it was" onClick={onRollback}>
          Roll back
        </Button>
      )}
    </div>
  );
}
