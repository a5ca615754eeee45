import { Rocket } from 'lucide-react';
import { useState } from 'react';
import {
  type Deployment,
  isUnderWay,
  useDeployments,
  useRollback,
  useRollbackCandidates,
} from '../../../data/use-deployments.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '../../../ui/dialog.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import type { ServiceTabProps } from '../service-tab.ts';
import { DeploymentView } from './deployment-view.tsx';

/** The deployments of a service, or the one that the address names. */
export function DeploymentsTab({ service, search, canChange, onSearch }: ServiceTabProps) {
  const { deployment } = search;
  if (deployment === undefined) {
    return (
      <DeploymentList serviceId={service.id} canChange={canChange} onOpen={(id) => onSearch({ deployment: id })} />
    );
  }
  return (
    <DeploymentView
      key={deployment}
      deploymentId={deployment}
      serviceId={service.id}
      canChange={canChange}
      onBack={() => onSearch({})}
    />
  );
}

interface DeploymentListProps {
  serviceId: string;
  canChange: boolean;
  onOpen: (deploymentId: string) => void;
}

/** Newest first. */
function DeploymentList({ serviceId, canChange, onOpen }: DeploymentListProps) {
  const deployments = useDeployments(serviceId);
  const candidates = useRollbackCandidates(serviceId);
  const [goingBackTo, setGoingBackTo] = useState<Deployment>();
  if (deployments.data === undefined) return <Skeleton className="m-5 h-40" />;
  if (deployments.data.items.length === 0) {
    return (
      <EmptyState icon={<Rocket />} title="Not deployed yet" className="m-5">
        Deploy brings the service's source into service.
      </EmptyState>
    );
  }
  const canGoBackTo = new Set(candidates.data?.items.map(({ id }) => id));
  return (
    <>
      <ul aria-label="Deployments" className="flex flex-col gap-2 overflow-y-auto px-5 py-4">
        {deployments.data.items.map((deployment) => (
          <li key={deployment.id} className="flex items-center gap-3 rounded-lg border px-3 py-2">
            <button
              type="button"
              className="flex min-w-0 flex-1 flex-col gap-1 text-left"
              onClick={() => onOpen(deployment.id)}
            >
              <span className="flex flex-wrap items-center gap-2 text-sm">
                <span className="font-medium">#{deployment.number}</span>
                <StatusBadge size="sm" status={isUnderWay(deployment) ? 'deploying' : deployment.status} />
                <RelativeTime plain at={deployment.createdAt} className="text-muted text-xs" />
              </span>
              <UserText
                text={deployment.commit?.message ?? deployment.reason ?? deployment.trigger}
                className="truncate text-muted text-xs"
              />
            </button>
            {canChange && canGoBackTo.has(deployment.id) ? (
              <Button size="sm" onClick={() => setGoingBackTo(deployment)}>
                Roll back
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <RollbackDialog serviceId={serviceId} to={goingBackTo} onClose={() => setGoingBackTo(undefined)} />
    </>
  );
}

function RollbackDialog(props: { serviceId: string; to: Deployment | undefined; onClose: () => void }) {
  const { serviceId, to, onClose } = props;
  const rollback = useRollback(serviceId);
  if (to === undefined) return null;
  return (
    <Dialog open onOpenChange={onClose}>
      <DialogContent
        title={`Roll back to deployment #${to.number}?`}
        description="It is started again with the source, variables and settings that it had. What serves now goes on until it answers."
        footer={
          <>
            <DialogClose asChild>
              <Button>Not now</Button>
            </DialogClose>
            <Button
              variant="primary"
              busy={rollback.isPending}
              onClick={() => rollback.mutate(to.id, { onSettled: onClose })}
            >
              Roll back
            </Button>
          </>
        }
      />
    </Dialog>
  );
}
