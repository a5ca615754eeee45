import type { ServiceMetrics } from '../../../data/use-metrics.ts';
import { Button } from '../../../ui/button.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';

export interface DeploymentListProps {
  /** Oldest first. */
  deployments: ServiceMetrics['deployments'];
  onOpen: (deploymentId: string) => void;
}

const SHOWN = 10;

/** The marks of the charts in words, newest first: what a keyboard opens them from. */
export function DeploymentList({ deployments, onOpen }: DeploymentListProps) {
  if (deployments.length === 0) return <p className="text-muted text-sm">No deployment in this time.</p>;
  const earlier = deployments.length - SHOWN;
  return (
    <>
      <ul aria-label="Deployments in this time" className="flex flex-wrap gap-2">
        {deployments
          .toReversed()
          .slice(0, SHOWN)
          .map(({ id, number, status, at }) => (
            <li key={id}>
              <Button size="sm" onClick={() => onOpen(id)}>
                #{number} <StatusBadge size="sm" status={status} />
                <RelativeTime plain at={at} className="text-muted text-xs" />
              </Button>
            </li>
          ))}
      </ul>
      {earlier <= 0 ? null : (
        <p className="text-muted text-xs">And {earlier} earlier; all are in the tab Deployments.</p>
      )}
    </>
  );
}
