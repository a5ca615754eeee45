import { useMemo } from 'react';
import { cn } from './cn.ts';
import { sparklinePath } from './sparkline-path.ts';

export interface SparklineProps {
  /** Oldest first; null where nothing is known. */
  values: readonly (number | null)[];
  /** Says what it shows and the last value ("CPU, now 0.2 cores"). */
  label: string;
  /** The top of the box is at least this, so that noise near zero stays flat. */
  floor?: number;
  className?: string;
}

const WIDTH = 120;
const HEIGHT = 28;

/** Shows other values in a {@link Sparkline} that is there, without React: for many charts that change at once. */
export function redrawSparkline(svg: SVGSVGElement, { values, label, floor = 0 }: SparklineProps): void {
  const { area, line } = sparklinePath(values, WIDTH, HEIGHT, floor);
  svg.setAttribute('aria-label', label);
  for (const [index, d] of [area, line].entries()) svg.children[index]?.setAttribute('d', d);
}

/** A small line without axes; its colour is the text's. Size it by class. */
export function Sparkline({ values, label, floor = 0, className }: SparklineProps) {
  const path = useMemo(() => sparklinePath(values, WIDTH, HEIGHT, floor), [values, floor]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={cn('block h-7 w-full overflow-visible text-accent', className)}
    >
      {/* Opacity of the fill alone: that of an element is an effect, which a browser keeps apart for each of 400. */}
      <path d={path.area} fill="currentColor" fillOpacity={0.12} />
      <path
        d={path.line}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
