import { type RefObject, useEffect, useEffectEvent, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Unit } from '../quantity-text.ts';
import { themeColor, useIsDark } from '../theme.ts';
import type { ChartCursor } from './chart-cursor.ts';
import { type PlotLook, plotOptions } from './plot-options.ts';
import './time-chart.css';

/** One line of a chart. */
export interface ChartSeries {
  label: string;
  /** One value a time; null is a gap. */
  values: readonly (number | null)[];
  /** Which of the theme's colours for charts. */
  color: 1 | 2 | 3 | 4 | 5 | 6;
}

/** What a plot shows. Times in Unix seconds. */
export interface PlotContent {
  unit: Unit;
  timestamps: readonly number[];
  /** The whole span of the time axis, whether anything is known of it or not. */
  from: number;
  to: number;
  series: readonly ChartSeries[];
  /** Drawn as a line where values come near it. */
  limit?: number | null;
  /** Values hold until the next one (numbers of things) rather than change steadily. */
  stepped?: boolean;
  cursor: ChartCursor;
}

function lookAt(host: Element, series: readonly ChartSeries[]): PlotLook {
  return {
    lines: series.map(({ color }) => themeColor(`--color-chart-${color}`, host)),
    axis: themeColor('--color-subtle', host),
    grid: themeColor('--color-line', host),
    limit: themeColor('--color-danger', host),
    ground: themeColor('--color-surface', host),
    font: getComputedStyle(host).fontFamily,
  };
}

const dataOf = ({ timestamps, series }: PlotContent): uPlot.AlignedData => [
  [...timestamps],
  ...series.map(({ values }) => [...values]),
];

/** The line of a plot stands where the cursor is, whoever moved it. */
function followCursor(plot: uPlot, cursor: ChartCursor): () => void {
  const follow = (): void => {
    const index = cursor.get();
    if (index === (plot.cursor.idx ?? null)) return;
    const at = index === null ? undefined : plot.data[0][index];
    const left = at === undefined ? -10 : Math.round(plot.valToPos(at, 'x'));
    plot.setCursor({ left, top: at === undefined ? -10 : 0 }, false);
  };
  return cursor.subscribe(follow);
}

/** Draws into an element, as wide and high as it is: anew when the theme or the sort of lines changes, else only its values. */
export function usePlot(host: RefObject<HTMLElement | null>, content: PlotContent): void {
  const { unit, timestamps, from, to, limit = null, series, stepped = false, cursor } = content;
  const isDark = useIsDark();
  const plot = useRef<uPlot>(null);
  const latest = useEffectEvent(() => content);
  const shape = JSON.stringify([unit, stepped, series.map(({ label, color }) => [label, color]), isDark]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const shown = latest();
    const options = plotOptions(
      {
        unit: shown.unit,
        labels: shown.series.map(({ label }) => label),
        stepped: shown.stepped ?? false,
        look: lookAt(element, shown.series),
        frame: () => {
          const { from, to, limit = null } = latest();
          return { from, to, limit };
        },
        onCursor: cursor.set,
      },
      element.clientWidth,
      element.clientHeight,
    );
    const made = new uPlot(options, dataOf(shown), element);
    plot.current = made;
    const unfollow = followCursor(made, cursor);
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      unfollow();
      made.destroy();
      plot.current = null;
    };
    // `shape` holds all that the options are made of.
  }, [host, cursor, shape]);

  useEffect(() => plot.current?.setData(dataOf(latest())), [timestamps, series, from, to, limit]);
}
