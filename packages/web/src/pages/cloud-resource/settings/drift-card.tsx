import type { ReactNode } from 'react';
import {
  type Drift,
  type DriftDifference,
  useMendDrift,
  useResourceAction,
} from '../../../data/use-cloud-resources.ts';
import type { CloudResourceOverview } from '../../../data/use-overview.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { UserText } from '../../../ui/user-text.tsx';

export interface DriftCardProps {
  resource: CloudResourceOverview;
  /** What the newest look has found; null where nobody looked since the state changed, undefined while that is not known. */
  drift: Drift | null | undefined;
  canChange: boolean;
  onBegun: (updateId: string) => void;
}

/** Whether what is there is as davit left it: when it was looked at, what was found, and what to do about it. */
export function DriftCard({ resource, drift, canChange, onBegun }: DriftCardProps) {
  const check = useResourceAction(resource.projectId ?? undefined, 'drift-check');
  const isIdle = resource.resourceCount > 0 && resource.status !== 'deleting';
  return (
    <Card
      title="Drift"
      description="What somebody has changed or deleted at the provider, past davit."
      actions={
        canChange ? (
          <Button
            size="sm"
            disabled={!isIdle}
            busy={check.isPending}
            onClick={() => check.mutate(resource.id, { onSuccess: ({ id }) => onBegun(id) })}
          >
            Check now
          </Button>
        ) : undefined
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        {drift == null ? (
          <p className="text-muted">
            {isIdle ? 'Nobody has looked since its state last changed.' : 'There is nothing to look at yet.'}
          </p>
        ) : (
          <Found drift={drift} />
        )}
        {drift?.status === 'drifted' && canChange ? <Ways resource={resource} onBegun={onBegun} /> : null}
      </div>
    </Card>
  );
}

const looks = {
  in_sync: { tone: 'success', title: 'Everything is as davit left it' },
  drifted: { tone: 'warning', title: 'Something is not as davit left it' },
  failed: { tone: 'danger', title: 'The last look failed' },
} as const;

function Found({ drift }: { drift: Drift }) {
  const { tone, title } = looks[drift.status];
  return (
    <>
      <Alert tone={tone} title={title}>
        Looked at <RelativeTime at={drift.checkedAt} />
        {drift.status === 'failed' ? '. Its update says why.' : ''}
      </Alert>
      {drift.differences.length === 0 ? null : (
        <ul aria-label="Differences" className="flex flex-col gap-2">
          {drift.differences.map((difference) => (
            <li key={difference.urn} className="flex min-w-0 flex-col rounded-lg border px-3 py-2">
              <span className="break-words font-medium">
                <UserText text={difference.name} /> {differenceText(difference)}
              </span>
              <UserText text={difference.type} className="break-all font-mono text-subtle text-xs" />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function differenceText({ operation, properties }: DriftDifference): ReactNode {
  if (operation === 'delete') return 'is gone';
  if (properties.length === 0) return 'is otherwise';
  return (
    <>
      is otherwise: <UserText text={properties.join(', ')} className="font-normal" />
    </>
  );
}

function Ways({ resource, onBegun }: Pick<DriftCardProps, 'resource' | 'onBegun'>) {
  const projectId = resource.projectId ?? undefined;
  const refresh = useResourceAction(projectId, 'refresh');
  const mend = useMendDrift(projectId);
  const follow = { onSuccess: ({ id }: { id: string }) => onBegun(id) };
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <p className="min-w-0 flex-1 basis-56 text-muted">
        Refresh takes what is there into the state and changes nothing. A deployment after it makes everything as the
        manifest says: without it, a deployment does not see what is missing.
      </p>
      <span className="flex gap-2">
        <Button size="sm" busy={refresh.isPending} onClick={() => refresh.mutate(resource.id, follow)}>
          Refresh
        </Button>
        <Button size="sm" variant="primary" busy={mend.isPending} onClick={() => mend.mutate(resource.id, follow)}>
          Refresh and deploy
        </Button>
      </span>
    </div>
  );
}
