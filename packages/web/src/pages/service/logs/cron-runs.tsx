import { CalendarClock } from 'lucide-react';
import { useRun } from '../../../data/use-run-output.ts';
import { useCronRuns } from '../../../data/use-service-log.ts';
import type { LineAddress } from '../../../line-address.ts';
import type { ProjectSearch } from '../../../route-search.ts';
import { Advice } from '../../../ui/advice.tsx';
import { Alert } from '../../../ui/alert.tsx';
import { cn } from '../../../ui/cn.ts';
import { Duration } from '../../../ui/duration.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { RunLog } from '../../run-log/index.ts';
import type { TabSearch } from '../service-tab.ts';

export interface CronRunsProps {
  serviceId: string;
  search: ProjectSearch;
  onSearch: (search: TabSearch) => void;
}

/** The runs of a cron service, newest first, beside what the chosen one wrote. */
export function CronRuns({ serviceId, search, onSearch }: CronRunsProps) {
  const runs = useCronRuns(serviceId);
  if (runs.data === undefined) return <Skeleton className="m-5 h-40" />;
  const { items } = runs.data;
  const chosen = search.run ?? items[0]?.id;
  if (chosen === undefined) {
    return (
      <EmptyState icon={<CalendarClock />} title="It has not run yet" className="m-5">
        Once it is deployed, its command runs by its schedule. Each run is listed here with what it wrote.
      </EmptyState>
    );
  }
  return (
    <div className="@container flex flex-1 flex-col">
      <div className="flex flex-1 flex-col @2xl:flex-row">
        <ul
          aria-label="Runs"
          className="flex max-h-48 shrink-0 flex-col gap-0.5 overflow-y-auto p-2 @2xl:max-h-none @2xl:w-60"
        >
          {items.map((run) => (
            <li key={run.id}>
              <button
                type="button"
                aria-current={run.id === chosen ? 'true' : undefined}
                className={cn(
                  'flex w-full flex-wrap items-center gap-x-2 rounded-md px-2 py-1.5 text-left text-sm hover:bg-hover',
                  'aria-[current=true]:bg-selected',
                )}
                onClick={() => onSearch({ run: run.id })}
              >
                <StatusBadge size="sm" status={run.state === 'running' ? 'deploying' : run.state} />
                <RelativeTime plain at={run.createdAt} className="text-muted text-xs" />
                {run.startedAt === null ? null : (
                  <Duration from={run.startedAt} to={run.finishedAt} className="ml-auto text-muted text-xs" />
                )}
              </button>
            </li>
          ))}
        </ul>
        <div className="flex min-h-96 min-w-0 flex-1 flex-col border-t @2xl:border-t-0 @2xl:border-l">
          <ChosenRun
            key={chosen}
            runId={chosen}
            line={search.line}
            onLine={(line) => onSearch({ run: chosen, line })}
          />
        </div>
      </div>
    </div>
  );
}

function ChosenRun({
  runId,
  line,
  onLine,
}: {
  runId: string;
  line: LineAddress | undefined;
  onLine: (line: LineAddress) => void;
}) {
  const { data: run, error } = useRun(runId);
  if (run === undefined) {
    return error === null ? (
      <Skeleton className="m-5 h-40" />
    ) : (
      <Alert tone="danger" title="This run cannot be shown" className="m-5">
        {error.message}
      </Alert>
    );
  }
  return (
    <>
      {run.state === 'failed' && run.reason !== null ? (
        <Alert tone="danger" title="This run failed" className="m-3">
          <UserText text={run.reason} />
          <Advice hint={run.hint} />
        </Alert>
      ) : null}
      <RunLog label="Output of the run" run={run} step={undefined} line={line} onLine={onLine} />
    </>
  );
}
