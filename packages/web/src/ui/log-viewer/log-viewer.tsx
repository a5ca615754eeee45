import { ArrowDown } from 'lucide-react';
import {
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { Button } from '../button.tsx';
import { cn } from '../cn.ts';
import type { LogView } from './log-scroller.ts';
import type { LineSelection, LogSearch, LogSource } from './log-source.ts';
import { LogToolbar } from './log-toolbar.tsx';
import { useLogKeyboard } from './use-log-keyboard.ts';
import { useLogRequests } from './use-log-requests.ts';
import { useLogRows } from './use-log-rows.ts';
import { useLogScroll } from './use-log-scroll.ts';
import { useSparseCount } from './use-sparse-count.ts';

/** What a page can ask of a log viewer. */
export interface LogViewerHandle {
  /** Brings a line to the middle. */
  scrollToLine: (number: number) => void;
  /** Goes to the newest line and stays there, also when it is not known yet. */
  scrollToEnd: () => void;
}

export interface LogViewerProps {
  /** What it is the log of; read out. */
  label: string;
  source: LogSource;
  search?: LogSearch;
  /** Lines that are marked (from the address); brought into view when they change. */
  selection?: LineSelection | undefined;
  /** Makes line numbers links: one is chosen by a click, a range with Shift. */
  onSelectionChange?: (selection: LineSelection) => void;
  /** The address of a line, for the link of its number. */
  lineHref?: (number: number) => string;
  /** The number of the first line that tells of an error; shows a button that goes there. */
  errorNumber?: number | null;
  /** Shows who wrote each line. */
  labels?: boolean;
  /** False where numbers mean nothing to anybody: times stand in their place, always, and are the links. */
  numbers?: boolean;
  /** Controls of the page, before the search and at the end (download). */
  toolbarStart?: ReactNode;
  toolbarEnd?: ReactNode;
  /** Shown when there is no line. */
  empty?: ReactNode;
  initialWrap?: boolean;
  initialTimestamps?: boolean;
  ref?: Ref<LogViewerHandle>;
  className?: string;
}

const isWithin = (number: number | undefined, { from, to }: LineSelection): boolean =>
  number !== undefined && number >= from && number <= to;

/** A log of any length: only the lines in view are loaded and drawn. Give it a height. */
export function LogViewer(props: LogViewerProps) {
  const { label, source, search, selection, onSelectionChange, errorNumber, lineHref, empty, className } = props;
  const { labels = false, numbers = true } = props;
  const [wrap, setWrap] = useState(props.initialWrap ?? false);
  const [timestamps, setTimestamps] = useState(props.initialTimestamps ?? false);
  const [whole, setWhole] = useState<ReadonlySet<number>>(new Set());
  const searchInput = useRef<HTMLInputElement>(null);
  const { lineCount, firstNumber, subscribe } = source;
  const request = useLogRequests(source);
  const query = search?.query ?? '';
  const currentNumber = search?.currentNumber;

  // Where a range begins: at the line that was chosen last, or that the address names.
  const anchor = useRef<number>(undefined);
  anchor.current = selection === undefined || isWithin(anchor.current, selection) ? anchor.current : selection.from;
  const onNumber = (event: MouseEvent, number: number): void => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    const from = event.shiftKey ? (anchor.current ?? number) : number;
    anchor.current = from;
    onSelectionChange?.({ from: Math.min(from, number), to: Math.max(from, number) });
  };
  const rows = useLogRows({
    firstNumber,
    shape: {
      wrap,
      timestamps: timestamps && numbers,
      numbers,
      labels,
      linked: onSelectionChange !== undefined,
      digits: Math.max(3, String(firstNumber + lineCount - 1).length),
    },
    contentOf: (number) => ({
      number,
      line: source.getLine(number - firstNumber),
      query,
      current: number === currentNumber,
      selected: selection !== undefined && isWithin(number, selection),
      whole: whole.has(number),
      href: lineHref?.(number) ?? `#${number}`,
    }),
    onNumber: onSelectionChange === undefined ? undefined : onNumber,
    onShowWhole: (number) => setWhole((old) => new Set(old).add(number)),
    onFocusLost: () => viewport.current?.focus({ preventScroll: true }),
  });
  const { draw: drawRows, settle } = rows;
  const draw = useCallback(
    (view: LogView) => {
      request(view);
      return drawRows(view);
    },
    [request, drawRows],
  );
  const live = source.live && selection === undefined;
  const scroll = useLogScroll({ lineCount, firstNumber, wrap, live, draw, onRest: settle });
  const { viewport, reveal, refresh } = scroll;
  // Whatever made React look at the log again may be something that its rows show.
  useLayoutEffect(refresh);
  useEffect(() => subscribe?.(refresh), [subscribe, refresh]);

  // What a reveal needs is read when it happens: it must not happen again only because lines came.
  const first = useRef(firstNumber);
  first.current = firstNumber;
  const scrollToLine = useCallback((number: number) => reveal(number - first.current, true), [reveal]);
  const { follow } = scroll;
  useImperativeHandle(props.ref, () => ({ scrollToLine, scrollToEnd: () => follow(true) }), [scrollToLine, follow]);
  const selectedFrom = selection?.from;
  const known = lineCount > 0;
  useEffect(() => {
    if (selectedFrom !== undefined && known) reveal(selectedFrom - first.current);
  }, [selectedFrom, known, reveal]);
  useEffect(() => {
    if (currentNumber !== undefined) reveal(currentNumber - first.current);
  }, [currentNumber, reveal]);

  const onJumpToError = useCallback(() => {
    if (errorNumber !== undefined && errorNumber !== null) scrollToLine(errorNumber);
  }, [errorNumber, scrollToLine]);
  const onLeaveSearch = useCallback(() => viewport.current?.focus({ preventScroll: true }), [viewport]);
  const onKeyDown = useLogKeyboard({ scroll, source, search, selection, onSelectionChange, searchInput });
  const announced = useSparseCount(firstNumber + lineCount - 1, source.live);
  return (
    <div className={cn('relative flex min-h-0 min-w-0 flex-col overflow-hidden', className)}>
      <LogToolbar
        search={search}
        searchInput={searchInput}
        wrap={wrap}
        onWrapChange={setWrap}
        timestamps={timestamps}
        onTimestampsChange={numbers ? setTimestamps : undefined}
        following={scroll.following}
        onFollowChange={scroll.follow}
        live={source.live}
        onJumpToError={errorNumber === undefined || errorNumber === null ? undefined : onJumpToError}
        start={props.toolbarStart}
        end={props.toolbarEnd}
        onLeaveSearch={onLeaveSearch}
      />
      {/* A log read out line by line would never be silent: what came is counted from time to time instead. */}
      <div
        ref={viewport}
        role="log"
        aria-label={label}
        aria-live="off"
        tabIndex={0}
        onKeyDown={onKeyDown}
        className="relative min-h-0 flex-1 overflow-auto bg-sunken contain-strict font-mono text-fg text-xs leading-[18px] [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        {/* Its height and what is in it are drawn without React: see createLogScroller() and createLogRows(). */}
        <div className="relative">
          <div ref={rows.container} className="relative" />
        </div>
        {lineCount === 0 && empty !== undefined ? (
          <div className="absolute inset-0 p-6 font-sans text-base">{empty}</div>
        ) : null}
      </div>
      {scroll.unseen > 0 ? (
        <Button
          size="sm"
          variant="primary"
          className="-translate-x-1/2 absolute bottom-3 left-1/2 shadow-raised"
          icon={<ArrowDown aria-hidden />}
          onClick={() => scroll.follow(true)}
        >
          {scroll.unseen.toLocaleString()} new {scroll.unseen === 1 ? 'line' : 'lines'}
        </Button>
      ) : null}
      <span role="status" className="sr-only">
        {announced === undefined ? '' : `${announced.toLocaleString()} lines`}
      </span>
    </div>
  );
}
