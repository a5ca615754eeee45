import { Download } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { type Run, runOutputDownload } from '../../data/use-run-output.ts';
import { addressOfLines, type LineAddress, linesOf } from '../../line-address.ts';
import { IconLink } from '../../ui/icon-button.tsx';
import { type LineSelection, type LogLine, LogViewer, type LogViewerHandle } from '../../ui/log-viewer/index.ts';
import { useMediaQuery } from '../../ui/use-media-query.ts';
import { useRunLog } from './use-run-log.ts';

export interface RunLogProps {
  /** What it is the output of; read out. */
  label: string;
  run: Pick<Run, 'id' | 'state' | 'outputRemovedAt'>;
  /** Only lines of this step. */
  step: string | undefined;
  /** The lines that the address names. */
  line: LineAddress | undefined;
  onLine: (line: LineAddress) => void;
  /** The address of this view at a line, where it is not the page's own with `?line=`. */
  lineHref?: (line: number) => string;
  /** Words a line otherwise; gives the same object for the same line. */
  present?: (line: LogLine) => LogLine;
}

/** What a run wrote: live while it writes, every line of it at hand afterwards. */
export function RunLog({ label, run, step, line, onLine, lineHref = lineOfPage, present }: RunLogProps) {
  const { output, source, search, errorLine } = useRunLog(run.id, step, present);
  const viewer = useRef<LogViewerHandle>(null);
  const isWide = useMediaQuery('(min-width: 1024px)');
  const onSelectionChange = useCallback((lines: LineSelection) => onLine(addressOfLines(lines)), [onLine]);
  const selection = useMemo(() => (line === undefined ? undefined : linesOf(line)), [line]);
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
      selection={selection}
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

let address: { of: string; before: string; after: string } | undefined;

/** The address of this view at a line. Asked for each row that is drawn: an address is taken apart once. */
function lineOfPage(line: number): string {
  const { href } = window.location;
  if (address?.of !== href) {
    const url = new URL(href);
    url.searchParams.set('line', '0');
    const [before = '', after = ''] = `${url.pathname}${url.search}`.split(/(?<=[?&]line=)0/);
    address = { of: href, before, after };
  }
  return `${address.before}${line}${address.after}`;
}
