import { DatabaseBackup } from 'lucide-react';
import { useState } from 'react';
import { explainError } from '../../../data/explain-error.ts';
import { type Checkpoint, useCheckpoints } from '../../../data/use-checkpoints.ts';
import { useClearPending, useCloudResource } from '../../../data/use-cloud-resources.ts';
import { useCan } from '../../../data/use-session.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { LoadMore } from '../../../ui/load-more.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import type { ResourceTabProps } from '../resource-tab.ts';
import { operationName } from '../updates/operation-name.ts';
import { updateAddress } from '../updates/update-address.ts';
import { ExportButton } from './export-button.tsx';
import { ImportState } from './import-state.tsx';
import { RestoreDialog } from './restore-dialog.tsx';

/** The states that updates of a stack have left: looked at, exported, and gone back to. */
export function StateTab({ resource, canChange, onSearch }: ResourceTabProps) {
  const checkpoints = useCheckpoints(resource.id);
  const isAdmin = useCan('admin');
  const [goingBackTo, setGoingBackTo] = useState<Checkpoint>();
  const failure =
    checkpoints.error === null || checkpoints.data !== undefined ? undefined : explainError(checkpoints.error);
  const all = checkpoints.data?.pages.flatMap(({ items }) => items) ?? [];
  const follow = (update: string): void => onSearch({ tab: 'updates', update });
  return (
    <div className="flex flex-col gap-4 px-4 py-4 md:px-5">
      <PendingOperations resource={resource} canChange={canChange} onBegun={follow} />
      <FormError message={failure?.title} hint={failure?.hint} requestId={failure?.requestId} />
      {checkpoints.isPending ? <Skeleton className="h-40" /> : null}
      {checkpoints.data !== undefined && all.length === 0 ? (
        <EmptyState icon={<DatabaseBackup />} title="No state yet">
          Each update that changes something leaves one: what its stack has made.
        </EmptyState>
      ) : null}
      <ul aria-label="States" className="flex flex-col gap-2">
        {all.map((checkpoint) => (
          <li
            key={checkpoint.version}
            className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border px-3 py-2"
          >
            <CheckpointFacts checkpoint={checkpoint} />
            {isAdmin ? (
              <span className="flex gap-2">
                <ExportButton resource={resource} version={checkpoint.version} />
                {checkpoint.current ? null : (
                  <Button
                    size="sm"
                    aria-label={`Restore version ${checkpoint.version}`}
                    onClick={() => setGoingBackTo(checkpoint)}
                  >
                    Restore…
                  </Button>
                )}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      <LoadMore
        noun="states"
        hasMore={checkpoints.hasNextPage}
        busy={checkpoints.isFetchingNextPage}
        onLoadMore={() => void checkpoints.fetchNextPage()}
      />
      {isAdmin ? <ImportState resource={resource} onBegun={follow} /> : null}
      <RestoreDialog
        resource={resource}
        checkpoint={goingBackTo}
        onClose={() => setGoingBackTo(undefined)}
        onBegun={follow}
      />
    </div>
  );
}

function CheckpointFacts({ checkpoint }: { checkpoint: Checkpoint }) {
  const { version, operation, resources, createdAt, current, stackUpdateId } = checkpoint;
  const pending = checkpoint.pendingOperations;
  return (
    <span className="flex min-w-0 flex-1 basis-48 flex-col gap-1">
      <span className="flex flex-wrap items-center gap-2 text-sm">
        <span className="font-medium">Version {version}</span>
        {current ? <Badge tone="success">Current</Badge> : null}
        {pending === 0 ? null : <Badge tone="warning">{pending} cut short</Badge>}
      </span>
      <span className="text-muted text-xs">
        {resources} {resources === 1 ? 'resource' : 'resources'}
        {' · '}
        {stackUpdateId === null ? (
          operationName(operation ?? 'imported')
        ) : (
          <a href={updateAddress(stackUpdateId)} className="underline underline-offset-2">
            {operationName(operation ?? 'update')}
          </a>
        )}{' '}
        <RelativeTime plain at={createdAt} />
      </span>
    </span>
  );
}

interface PendingOperationsProps extends Pick<ResourceTabProps, 'resource' | 'canChange'> {
  onBegun: (updateId: string) => void;
}

/** What was under way when an update was cut short, and the way out of it. */
function PendingOperations({ resource, canChange, onBegun }: PendingOperationsProps) {
  const detail = useCloudResource(resource.id);
  const clear = useClearPending(resource.projectId ?? undefined);
  const pending = detail.data?.pendingOperations ?? [];
  if (pending.length === 0) return null;
  return (
    <Alert
      tone="warning"
      title={pending.length === 1 ? 'An operation was cut short' : `${pending.length} operations were cut short`}
      action={
        canChange ? (
          <Button
            size="sm"
            busy={clear.isPending}
            onClick={() => clear.mutate(resource.id, { onSuccess: ({ id }) => onBegun(id) })}
          >
            Refresh and clear
          </Button>
        ) : undefined
      }
    >
      <p>
        Look at the provider whether these were made. A refresh reads what is there and drops the rest from the state.
      </p>
      <ul className="mt-1 flex flex-col">
        {pending.map(({ type, urn }) => (
          <li key={`${type} ${urn}`}>
            {type} <UserText text={urn} className="break-all font-mono text-xs" />
          </li>
        ))}
      </ul>
    </Alert>
  );
}
