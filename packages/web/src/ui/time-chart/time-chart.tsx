import { type KeyboardEvent, memo, useId, useRef } from 'react';
import { cn } from '../cn.ts';
import { quantityText } from '../quantity-text.ts';
import { absoluteTimeText } from '../time-text.ts';
import { useCursorIndex } from './chart-cursor.ts';
import { type ChartMark, ChartMarks } from './chart-marks.tsx';
import { type PlotContent, usePlot } from './use-plot.ts';

export interface TimeChartProps extends PlotContent {
  title: string;
  /** Beside the title: what the limit is. */
  note?: string;
  marks?: readonly ChartMark[];
  onMarkOpen?: (id: string) => void;
  /** In place of lines where nothing is known of any time. */
  empty?: string;
}

const noMarks: readonly ChartMark[] = [];
const PAGE = 10;

const swatches = ['', 'bg-chart-1', 'bg-chart-2', 'bg-chart-3', 'bg-chart-4', 'bg-chart-5', 'bg-chart-6'];

/**
 * Values over time with a legend of those at the cursor, or of the last ones. Arrow keys move the cursor too. What it shows must be there in
 * words elsewhere (a table): a plot cannot be read out. Comes with uPlot: load it lazily.
 */
export const TimeChart = memo(function TimeChart(props: TimeChartProps) {
  const { title, note, marks = noMarks, onMarkOpen, empty = 'Nothing was measured in this time.' } = props;
  const { series, timestamps, from, to, cursor } = props;
  const titleId = useId();
  const isEmpty = series.every(({ values }) => values.every((value) => value === null));
  return (
    <figure aria-labelledby={titleId} className="flex min-w-0 flex-col gap-1 rounded-lg border bg-surface pt-2.5">
      <figcaption className="flex flex-col gap-0.5 px-3">
        <span className="flex items-baseline justify-between gap-2">
          <span id={titleId} className="font-medium text-sm">
            {title}
          </span>
          {note === undefined ? null : <span className="truncate text-subtle text-xs">{note}</span>}
        </span>
        <Legend {...props} />
      </figcaption>
      <div className="relative h-40">
        <Plot {...props} />
        {isEmpty ? (
          <p className="pointer-events-none absolute inset-0 flex items-center justify-center pb-5 text-muted text-xs">
            {empty}
          </p>
        ) : null}
        {onMarkOpen === undefined ? null : (
          <ChartMarks marks={marks} from={from} to={to} timestamps={timestamps} cursor={cursor} onOpen={onMarkOpen} />
        )}
      </div>
    </figure>
  );
});

function valueAt(values: readonly (number | null)[], index: number | null): number | null {
  return (index === null ? values.findLast((value) => value !== null) : values[index]) ?? null;
}

/** What each line says at the cursor; the last that is known where nobody looks at a moment. */
function Legend({ series, unit, cursor }: PlotContent) {
  const index = useCursorIndex(cursor);
  return (
    <span className="flex min-h-4 flex-wrap gap-x-3 text-xs tabular-nums">
      {series.map(({ label, values, color }) => {
        const value = valueAt(values, index);
        return (
          <span key={label} className="inline-flex items-center gap-1.5 whitespace-nowrap">
            <span aria-hidden className={cn('h-0.5 w-2.5 rounded-full', swatches[color])} />
            {series.length > 1 ? <span className="text-subtle">{label}</span> : null}
            <span className={value === null ? 'text-subtle' : 'text-fg'}>
              {value === null ? 'not measured' : quantityText(value, unit)}
            </span>
          </span>
        );
      })}
    </span>
  );
}

function spokenText({ series, unit, timestamps }: PlotContent, index: number | null): string {
  if (index === null) return 'no time chosen';
  const values = series.map(({ label, values: all }) => {
    const value = valueAt(all, index);
    return `${series.length > 1 ? `${label} ` : ''}${value === null ? 'not measured' : quantityText(value, unit)}`;
  });
  return `${absoluteTimeText((timestamps[index] ?? 0) * 1000)}: ${values.join(', ')}`;
}

/** The drawing; for a keyboard a slider over its times. */
function Plot(props: TimeChartProps) {
  const { title, timestamps, cursor } = props;
  const host = useRef<HTMLDivElement>(null);
  const index = useCursorIndex(cursor);
  const last = timestamps.length - 1;
  usePlot(host, props);
  const onKeyDown = (event: KeyboardEvent): void => {
    const from = index ?? last + 1;
    const to = {
      ArrowLeft: from - 1,
      ArrowDown: from - 1,
      ArrowRight: from + 1,
      ArrowUp: from + 1,
      PageDown: from - PAGE,
      PageUp: from + PAGE,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === 'Escape' && index !== null) cursor.set(null);
    else if (to === undefined) return;
    else cursor.set(Math.max(0, Math.min(last, to)));
    event.preventDefault();
  };
  return (
    <div
      ref={host}
      role="slider"
      tabIndex={0}
      aria-label={`${title}: the time that is looked at`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={index ?? last}
      aria-valuetext={spokenText(props, index)}
      onKeyDown={onKeyDown}
      onBlur={() => cursor.set(null)}
      className="absolute inset-0 rounded-b-lg focus-visible:-outline-offset-2"
    />
  );
}
