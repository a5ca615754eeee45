import { Download } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type LogFilter, serviceLogDownload } from '../../../data/use-service-log.ts';
import { addressOfLines } from '../../../line-address.ts';
import type { ProjectSearch } from '../../../route-search.ts';
import { Alert } from '../../../ui/alert.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { IconLink } from '../../../ui/icon-button.tsx';
import {
  type LineSelection,
  type LogSearch,
  type LogSource,
  LogViewer,
  type LogViewerHandle,
} from '../../../ui/log-viewer/index.ts';
import type { TabSearch } from '../service-tab.ts';
import { LogFilters } from './log-filters.tsx';
import { useServiceLogSource } from './use-service-log-source.ts';

export interface ServiceLogsProps {
  serviceId: string;
  search: ProjectSearch;
  onSearch: (search: TabSearch) => void;
}

/** After a letter was typed, before all logs are looked through. */
const TYPING_MS = 300;

/** The logs of a service over all its deployments and instances, filtered by what the address says. */
export function ServiceLogs({ serviceId, search, onSearch }: ServiceLogsProps) {
  const { deployment, instance, process, stream, text, since, until, line } = search;
  const wanted = { deployment, instance, process, stream, text, since, until };
  const filter = toFilter(wanted);
  const { log, source, selection, lineOf } = useServiceLogSource(serviceId, filter, line);
  const isFiltered = Object.keys(filter).length > 0;
  const viewer = useRef<LogViewerHandle>(null);
  const key = JSON.stringify(filter);
  useEffect(() => {
    // Other lines: the newest first, unless the address names one.
    viewer.current?.scrollToEnd();
  }, [key]);
  const onSelectionChange = (lines: LineSelection): void => {
    const [from, to] = [lineOf(lines.from), lineOf(lines.to)];
    if (from !== undefined && to !== undefined) onSearch({ ...wanted, line: addressOfLines({ from, to }) });
  };
  const find = useTextFilter(text, source, (next) => onSearch({ ...wanted, text: next, line }));
  const lineHref = useCallback(
    (number: number): string => {
      const address = new URL(window.location.href);
      address.searchParams.set('line', String(lineOf(number) ?? ''));
      return `${address.pathname}${address.search}`;
    },
    [lineOf],
  );
  return (
    <div className="flex flex-1 flex-col">
      <LogFilters serviceId={serviceId} value={wanted} onChange={(next) => onSearch({ ...next, line })} />
      {log.error === undefined ? null : (
        <div role="alert" className="px-4 pb-3 md:px-5">
          <Alert tone="danger" title="The logs cannot be read">
            {log.error.message}
          </Alert>
        </div>
      )}
      <LogViewer
        ref={viewer}
        className="min-h-96 flex-1 border-t"
        label="Logs of the service"
        source={source}
        search={find}
        selection={selection}
        onSelectionChange={onSelectionChange}
        lineHref={lineHref}
        numbers={false}
        labels
        empty={log.isKnown ? <NoLines isFiltered={isFiltered} /> : null}
        toolbarEnd={
          <IconLink
            download
            label={isFiltered ? 'Download these lines' : 'Download all lines'}
            icon={<Download />}
            href={serviceLogDownload(serviceId, filter)}
          />
        }
      />
    </div>
  );
}

function NoLines({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <EmptyState title="No line is like this">Take a filter away, or wait: new lines appear by themselves.</EmptyState>
  ) : (
    <EmptyState title="Nothing written yet">What the instances print appears here as they print it.</EmptyState>
  );
}

type Wanted = Pick<ProjectSearch, 'deployment' | 'instance' | 'process' | 'stream' | 'text' | 'since' | 'until'>;

function toFilter({ text, ...rest }: { [K in keyof Wanted]: Wanted[K] | undefined }): LogFilter {
  const parts = Object.entries({ ...rest, search: text }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(parts) as LogFilter;
}

/**
 * The viewer's search as a filter: only lines with the text are there, found on the server among all that are kept, and the way from one to the next goes
 * over the lines that are loaded.
 */
function useTextFilter(text = '', source: LogSource, onText: (text: string | undefined) => void): LogSearch {
  const [query, setQuery] = useState(text);
  const [current, setCurrent] = useState<number>();
  useEffect(() => setQuery(text), [text]);
  useEffect(() => {
    if (query === text) return undefined;
    const timer = setTimeout(() => onText(query === '' ? undefined : query), TYPING_MS);
    return () => clearTimeout(timer);
    // Only typing begins a search.
    // oxlint-disable-next-line exhaustive-deps
  }, [query, text]);
  const { firstNumber, lineCount, hasOlder = false } = source;
  const isShown = query === text && text !== '';
  const last = firstNumber + lineCount - 1;
  return {
    query,
    onQueryChange: setQuery,
    matchCount: isShown ? lineCount : undefined,
    more: hasOlder,
    busy: query !== text,
    currentIndex: current === undefined ? -1 : current - firstNumber,
    currentNumber: isShown ? current : undefined,
    onMove(step) {
      if (!isShown || lineCount === 0) return;
      const next = current === undefined ? (step === 1 ? firstNumber : last) : current + step;
      setCurrent(next > last ? firstNumber : next < firstNumber ? last : next);
    },
  };
}
