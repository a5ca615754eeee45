import { clsx } from 'clsx';
import { type MouseEvent, memo } from 'react';
import { ansiCss } from './ansi-style.ts';
import { highlightSegments, lineView } from './line-view.ts';
import type { LogLine } from './log-source.ts';

export interface LogRowProps {
  index: number;
  number: number;
  line: LogLine | undefined;
  query: string;
  /** The line of the current match. */
  current: boolean;
  selected: boolean;
  wrap: boolean;
  timestamps: boolean;
  /** Without them the time is what links to the line. */
  numbers: boolean;
  labels: boolean;
  numberWidth: number;
  whole: boolean;
  onShowWhole: (number: number) => void;
  /** Without it the numbers are only numbers. */
  onNumber: ((event: MouseEvent, number: number) => void) | undefined;
  lineHref: ((number: number) => string) | undefined;
}

/**
 * One line of a log. Drawn again only when something of it changed; as plain as can be (no merging of classes, nothing sticky: measured, these cost a
 * third of the time of a frame).
 */
export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { number, line, current, selected, wrap, timestamps, labels } = props;
  return (
    <div
      data-line={number}
      className={clsx(
        'flex min-h-[18px] min-w-full items-start hover:bg-hover/70',
        line?.stream === 'stderr' && 'bg-danger-soft/40',
        current && 'bg-warning-soft',
        selected && 'bg-accent-soft shadow-[inset_2px_0_0_var(--color-accent)]',
      )}
    >
      <LineNumber {...props} />
      {timestamps ? (
        <span className="w-[13ch] shrink-0 select-none pr-3 text-subtle">
          {line?.at === undefined ? '' : clockTime(line.at)}
        </span>
      ) : null}
      {labels ? <bdi className="w-[14ch] shrink-0 select-none truncate pr-3 text-info-text">{line?.label}</bdi> : null}
      {line === undefined ? (
        <span aria-hidden className="mt-1.25 h-2 w-2/5 min-w-40 rounded-sm bg-selected" />
      ) : (
        <LineContent {...props} line={line} wrap={wrap} />
      )}
    </div>
  );
});

function LineNumber({ number, line, numbers, selected, numberWidth, onNumber, lineHref }: LogRowProps) {
  const style = { minWidth: numbers ? `${numberWidth + 2}ch` : '14ch' };
  const classes = 'shrink-0 select-none pr-[1.5ch] pl-[0.5ch] text-right text-subtle';
  const time = line?.at === undefined ? '' : clockTime(line.at);
  if (onNumber === undefined) {
    return (
      <span aria-hidden={numbers} style={style} className={classes}>
        {numbers ? number : time}
      </span>
    );
  }
  return (
    // No tab stop a line: by keyboard lines are chosen with j and k.
    <a
      href={lineHref?.(number) ?? `#${number}`}
      tabIndex={-1}
      draggable={false}
      aria-label={numbers ? `Line ${number}` : `Line of ${time}`}
      style={style}
      className={clsx(classes, 'hover:text-accent-text', selected && 'bg-accent-soft font-medium text-accent-text')}
      onClick={(event) => onNumber(event, number)}
    >
      {numbers ? number : time}
    </a>
  );
}

function LineContent({ number, line, query, wrap, whole, onShowWhole }: LogRowProps & { line: LogLine }) {
  const { segments, hidden } = lineView(line, whole);
  const quiet = line.stream === 'system' || line.stream === 'event';
  return (
    <span
      dir="ltr"
      className={clsx(
        'pr-4',
        wrap ? 'min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]' : 'whitespace-pre',
        quiet && 'text-subtle italic',
      )}
    >
      {highlightSegments(segments, query).map((segment, index) => {
        const style = ansiCss(segment.style);
        if (segment.match) {
          return (
            // The pieces of a line have no identity but their place.
            <mark key={index} style={style} className="rounded-[2px] bg-warning/35 text-inherit">
              {segment.text}
            </mark>
          );
        }
        return style === undefined ? (
          segment.text
        ) : (
          <span key={index} style={style}>
            {segment.text}
          </span>
        );
      })}
      {/* A line with nothing in it must still be a line when it is copied. */}
      {segments.length === 0 ? <br /> : null}
      {hidden > 0 ? (
        whole ? (
          <span className="ml-2 select-none text-subtle">
            … {hidden.toLocaleString()} more characters: download the log to read them
          </span>
        ) : (
          <button
            type="button"
            tabIndex={-1}
            className="ml-2 select-none rounded-sm bg-selected px-1.5 font-sans text-accent-text text-xs hover:underline"
            onClick={() => onShowWhole(number)}
          >
            Show all ({hidden.toLocaleString()} more characters)
          </button>
        )
      ) : null}
    </span>
  );
}

/** Time of day to the millisecond, in the reader's zone. */
function clockTime(at: string | number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}
