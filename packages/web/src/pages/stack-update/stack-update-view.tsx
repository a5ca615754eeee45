import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { explainError } from '../../data/explain-error.ts';
import { useRun } from '../../data/use-run-output.ts';
import { useCan } from '../../data/use-session.ts';
import { useStackProgress } from '../../data/use-stack-progress.ts';
import { type StackUpdate, useStackUpdate } from '../../data/use-stack-updates.ts';
import type { LineAddress } from '../../line-address.ts';
import { FormError } from '../../ui/form-error.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StackUpdateHeader } from './stack-update-header.tsx';
import { UpdateOutcome } from './update-outcome.tsx';
import { UpdatePanes } from './update-panes.tsx';
import { isWaiting } from './update-words.ts';

// Few updates wait for a decision.
const DecisionPanel = lazy(async () => ({ default: (await import('./decision-panel.tsx')).DecisionPanel }));

export interface StackUpdateViewProps {
  stackUpdateId: string;
  /** The line of the output that the address names. Kept by the view itself where `onLine` is left out. */
  line?: LineAddress | undefined;
  onLine?: (line: LineAddress) => void;
  /** Leads to another update (one that tries again); to its page where it is left out. */
  onOpen?: (stackUpdateId: string) => void;
}

/** A stack update as it happens: what became of it and why, its resources, and what was written. Give it a height. */
export function StackUpdateView({ stackUpdateId, line, onLine, onOpen }: StackUpdateViewProps) {
  const update = useStackUpdate(stackUpdateId);
  const [ownLine, setOwnLine] = useState<LineAddress>();
  const navigate = useNavigate();
  if (update.data === undefined) {
    return update.error === null ? <Skeleton className="m-5 h-64" /> : <UpdateFailure error={update.error} />;
  }
  return (
    <LoadedUpdate
      key={stackUpdateId}
      update={update.data}
      line={onLine === undefined ? ownLine : line}
      onLine={onLine ?? setOwnLine}
      onOpen={onOpen ?? ((id) => void navigate({ to: '/stack-updates/$stackUpdateId', params: { stackUpdateId: id } }))}
    />
  );
}

/** In place of an update that cannot be shown. */
function UpdateFailure({ error }: { error: unknown }) {
  const { title, hint, requestId } = explainError(error);
  return (
    <div className="m-5">
      <FormError message={title} hint={hint} requestId={requestId} />
    </div>
  );
}

interface LoadedUpdateProps {
  update: StackUpdate;
  line: LineAddress | undefined;
  onLine: (line: LineAddress) => void;
  onOpen: (stackUpdateId: string) => void;
}

function LoadedUpdate({ update, line, onLine, onOpen }: LoadedUpdateProps) {
  const canChange = useCan('developer');
  const view = useStackProgress(update.runId);
  const { data: run } = useRun(update.runId);
  const inFlight = [...view.progress.resources.values()].filter(
    ({ state, parent }) => state === 'started' && parent !== null,
  );
  return (
    <div className="@container flex min-h-0 flex-1 flex-col">
      <StackUpdateHeader update={update} run={run} inFlight={inFlight} canChange={canChange} onOpen={onOpen} />
      <UpdateOutcome update={update} progress={view.progress} />
      {isWaiting(update) ? (
        <Suspense>
          <DecisionPanel update={update} canChange={canChange} />
        </Suspense>
      ) : null}
      <UpdatePanes update={update} run={run} view={view} line={line} onLine={onLine} />
    </div>
  );
}
