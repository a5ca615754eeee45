import { Rocket } from 'lucide-react';
import { useState } from 'react';
import {
  isUnderWay,
  type RollbackCandidate,
  useDeployments,
  useRollbackCandidates,
} from '../../../data/use-deployments.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import type { ServiceTabProps } from '../service-tab.ts';
import { DeploymentView } from './deployment-view.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';

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
      step={search.step}
      line={search.line}
      onSearch={onSearch}
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
  const [goingBackTo, setGoingBackTo] = useState<RollbackCandidate>();
  if (deployments.data === undefined) return <Skeleton className="m-5 h-40" />;
  if (deployments.data.items.length === 0) {
    return (
      <EmptyState icon={<Rocket />} title="Not deployed yet" className="m-5">
        Deploy brings the service's source into service.
      </EmptyState>
    );
  }
  const canGoBackTo = new Map(candidates.data?.items.map((candidate) => [candidate.id, candidate]));
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
              <Button size="sm" onClick={() => setGoingBackTo(canGoBackTo.get(deployment.id))}>
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
