import { lazy, Suspense, useCallback, useState } from 'react';
import type { Run } from '../../data/use-run-output.ts';
import type { StackProgressView } from '../../data/use-stack-progress.ts';
import type { StackUpdate } from '../../data/use-stack-updates.ts';
import type { LineAddress } from '../../line-address.ts';
import { cn } from '../../ui/cn.ts';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { presentLine } from './event-line.ts';
import { ResourcePane } from './resource-pane.tsx';

// The tree is what is looked at first: it does not wait for the log's viewer.
const RunLog = lazy(async () => ({ default: (await import('../run-log/index.ts')).RunLog }));

export interface UpdatePanesProps {
  update: StackUpdate;
  run: Run | undefined;
  view: StackProgressView;
  line: LineAddress | undefined;
  onLine: (line: LineAddress) => void;
}

type Pane = 'resources' | 'output';

/** The resources beside the output; one of the two where there is no room for both. */
export function UpdatePanes({ update, run, view, line, onLine }: UpdatePanesProps) {
  // Whoever comes by the address of a line wants to see it.
  const [pane, setPane] = useState<Pane>(line === undefined ? 'resources' : 'output');
  const showLine = useCallback(
    (number: number) => {
      setPane('output');
      onLine(number);
    },
    [onLine],
  );
  const address = `/stack-updates/${encodeURIComponent(update.id)}`;
  const lineHref = useCallback((number: number) => `${address}?line=${number}`, [address]);
  return (
    <div className="flex min-h-0 flex-1 flex-col border-t @4xl:flex-row">
      <div className="flex px-4 py-2 @4xl:hidden">
        <SegmentedControl<Pane>
          aria-label="What is shown"
          size="sm"
          value={pane}
          onValueChange={setPane}
          options={[
            { value: 'resources', label: 'Resources' },
            { value: 'output', label: 'Output' },
          ]}
        />
      </div>
      <section
        aria-label="Resources of the stack"
        className={cn(
          'min-h-0 flex-1 flex-col overflow-y-auto px-2 py-2 @4xl:flex md:px-3',
          pane === 'resources' ? 'flex' : 'hidden',
        )}
      >
        <ResourcePane update={update} view={view} onLine={showLine} />
      </section>
      <section
        aria-label="Output"
        className={cn(
          'min-h-96 min-w-0 flex-1 flex-col border-t @4xl:flex @4xl:min-h-0 @4xl:border-t-0 @4xl:border-l',
          pane === 'output' ? 'flex' : 'hidden',
        )}
      >
        {run === undefined ? (
          <Skeleton className="m-5 min-h-64" />
        ) : (
          <Suspense fallback={<Skeleton className="m-5 min-h-64" />}>
            <RunLog
              label="Output of the update"
              run={run}
              step={undefined}
              line={line}
              onLine={onLine}
              lineHref={lineHref}
              present={presentLine}
            />
          </Suspense>
        )}
      </section>
    </div>
  );
}
