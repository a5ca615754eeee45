import { Boxes } from 'lucide-react';
import type { StackProgressView } from '../../data/use-stack-progress.ts';
import { isUnderWay, type StackUpdate } from '../../data/use-stack-updates.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { ChangesSummary } from './changes-summary.tsx';
import { DiagnosticList } from './diagnostic-list.tsx';
import { DownloadList } from './download-list.tsx';
import { ResourceTree } from './resource-tree.tsx';
import { isOnlyLooking, isWaiting, waitingText } from './update-words.ts';

export interface ResourcePaneProps {
  update: StackUpdate;
  view: StackProgressView;
  onLine: (line: number) => void;
}

/** The tree of resources with what it came to, what is said of none of them, and what is fetched for them. */
export function ResourcePane({ update, view, onLine }: ResourcePaneProps) {
  const { progress } = view;
  const isLive = isUnderWay(update);
  const onlyLooks = isOnlyLooking(update.operation, progress.step);
  // What waits has them beside the decision.
  const changes = isWaiting(update) ? null : (progress.summary?.changes ?? (isLive ? null : update.changes));
  const isEmpty = progress.resources.size === 0;
  return (
    <>
      {changes === null ? null : (
        <div className="px-2 pb-2">
          <ChangesSummary changes={changes} isOnlyLooking={onlyLooks} />
        </div>
      )}
      <DownloadList downloads={[...progress.downloads.values()]} />
      {progress.diagnostics.length === 0 ? null : (
        <div className="px-2 pb-2">
          <DiagnosticList diagnostics={progress.diagnostics} />
        </div>
      )}
      {isEmpty && isLive ? (
        <p className="flex items-center gap-2 px-2 py-4 text-muted text-sm">
          <Spinner /> {waitingText(update)}
        </p>
      ) : null}
      {isEmpty && !isLive && view.version > 0 ? (
        <EmptyState icon={<Boxes aria-hidden />} title="No resource was touched" className="m-2">
          It ended before the first one. The output says more.
        </EmptyState>
      ) : null}
      <ResourceTree view={view} isLive={isLive} isOnlyLooking={onlyLooks} onLine={onLine} />
    </>
  );
}
