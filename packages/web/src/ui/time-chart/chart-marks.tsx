import { cn } from '../cn.ts';
import type { ChartCursor } from './chart-cursor.ts';
import { margins } from './plot-options.ts';

/** Something that happened at a moment. */
export interface ChartMark {
  id: string;
  /** Unix seconds. */
  at: number;
  /** Few words: "Deployment #3, active". */
  label: string;
  tone: 'good' | 'bad' | 'neutral';
}

export interface ChartMarksProps {
  marks: readonly ChartMark[];
  /** The span of the time axis, and its times; Unix seconds. */
  from: number;
  to: number;
  timestamps: readonly number[];
  cursor: ChartCursor;
  onOpen: (id: string) => void;
}

const dots = { good: 'bg-success', bad: 'bg-danger', neutral: 'bg-idle' } as const;

/**
 * Lines through a plot with a dot on the time axis, over the whole plot. Made for pointers: with a keyboard the same is opened from
 * a list elsewhere, or every chart would have as many stops as there are marks.
 */
export function ChartMarks({ marks, from, to, timestamps, cursor, onOpen }: ChartMarksProps) {
  const { left, right, top, bottom } = margins;
  return (
    <div className="pointer-events-none absolute" style={{ left, right, top, bottom }}>
      {marks.map(({ id, at, label, tone }) => {
        const share = `${((at - from) / (to - from)) * 100}%`;
        return (
          <div key={id} className="group/mark absolute inset-0">
            <span className="absolute inset-y-0 border-line-strong border-l" style={{ left: share }} />
            <button
              type="button"
              tabIndex={-1}
              aria-label={label}
              className="pointer-events-auto absolute -bottom-3 flex size-6 -translate-x-1/2 items-center justify-center"
              style={{ left: share }}
              onPointerEnter={() => cursor.set(indexAt(timestamps, at))}
              onPointerLeave={() => cursor.set(null)}
              onClick={() => onOpen(id)}
            >
              <span className={cn('size-2 rotate-45 rounded-[1px] ring-2 ring-surface', dots[tone])} />
            </button>
            {/* Moved by as much of its width as of the plot's: it never leaves the chart. */}
            <span
              aria-hidden
              className="absolute bottom-4 z-10 hidden w-max max-w-full rounded-md bg-tip px-2 py-1 text-tip-fg text-xs shadow-raised group-has-[button:hover]/mark:block"
              style={{ left: share, transform: `translateX(-${share})` }}
            >
              {label}
            </span>
          </div>
        );
      })}
    </div>
  );
}

function indexAt(timestamps: readonly number[], at: number): number | null {
  const index = timestamps.findLastIndex((time) => time <= at);
  return index === -1 ? null : index;
}
