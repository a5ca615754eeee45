import { Download } from 'lucide-react';
import { useCallback, useEffect, useRef } from 'react';
import { type Run, runOutputDownload } from '../../../data/use-run-output.ts';
import { IconLink } from '../../../ui/icon-button.tsx';
import { LogViewer, type LogViewerHandle } from '../../../ui/log-viewer/index.ts';
import { useMediaQuery } from '../../../ui/use-media-query.ts';
import { useRunLog } from './use-run-log.ts';

export interface RunLogProps {
  /** What it is the output of; read out. */
  label: string;
  run: Pick<Run, 'id' | 'state' | 'outputRemovedAt'>;
  /** Only lines of this step. */
  step: string | undefined;
  /** The number of the line that the address names. */
  line: number | undefined;
  onLine: (line: number) => void;
}

/** What a run wrote: live while it writes, every line of it at hand afterwards. */
export function RunLog({ label, run, step, line, onLine }: RunLogProps) {
  const { output, source, search, errorLine } = useRunLog(run.id, step);
  const viewer = useRef<LogViewerHandle>(null);
  const isWide = useMediaQuery('(min-width: 1024px)');
  const onSelectionChange = useCallback(({ from }: { from: number }) => onLine(from), [onLine]);
  // Who opens a run that has failed wants to see where; an address with a line says what else.
  const isAnswered = useRef(line !== undefined || run.state !== 'failed');
  useEffect(() => {
    if (isAnswered.current || errorLine === null) return;
    isAnswered.current = true;
    viewer.current?.scrollToLine(errorLine);
  }, [errorLine]);
  return (
    <LogViewer
      // Lines of another step are another log: it begins where that one begins.
      key={step ?? ''}
      ref={viewer}
      className="min-h-0 flex-1"
      label={step === undefined ? label : `Output of ${step}`}
      source={source}
      search={search}
      selection={line === undefined ? undefined : { from: line, to: line }}
      onSelectionChange={onSelectionChange}
      lineHref={lineHref}
      errorNumber={errorLine}
      labels={step === undefined && isWide}
      empty={<p className="text-muted text-sm">{emptyWords(output, run)}</p>}
      toolbarEnd={
        <IconLink download label="Download the whole output" icon={<Download />} href={runOutputDownload(run.id)} />
      }
    />
  );
}

function emptyWords(
  { isKnown, isLive }: { isKnown: boolean; isLive: boolean },
  { outputRemovedAt }: { outputRemovedAt: string | null },
): string {
  if (outputRemovedAt !== null) return 'What it wrote was removed, since it is old.';
  if (!isKnown) return '';
  return isLive ? 'Nothing was written yet.' : 'Nothing was written.';
}

/** The address of this view at a line. */
function lineHref(line: number): string {
  const address = new URL(window.location.href);
  address.searchParams.set('line', String(line));
  return `${address.pathname}${address.search}`;
}
