import uPlot from 'uplot';
import { tickText, type Unit } from '../quantity-text.ts';
import { isolatedPoints } from './isolated-points.ts';
import { timeTickText } from './time-tick.ts';
import { tickSteps, topOf } from './value-scale.ts';

/** Room around the plot in pixels: the same for all charts, so that one line goes through those above each other. */
export const margins = { left: 56, right: 16, top: 8, bottom: 24 } as const;

/** What a canvas draws with; its fonts and colours know nothing of style sheets. */
export interface PlotLook {
  /** One for each series. */
  lines: readonly string[];
  axis: string;
  grid: string;
  limit: string;
  ground: string;
  /** A family of fonts. */
  font: string;
}

export interface PlotSettings {
  unit: Unit;
  labels: readonly string[];
  stepped: boolean;
  look: PlotLook;
  /** Asked whenever the plot is drawn. Times in Unix seconds. */
  readonly frame: () => { from: number; to: number; limit: number | null };
  /** The pointer is at this index, or has left. */
  onCursor: (index: number | null) => void;
}

function drawLimit(plot: uPlot, limit: number | null, color: string): void {
  const top = plot.scales['y']?.max;
  if (limit === null || top === undefined || limit > top) return;
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(limit, 'y', true));
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([4 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

function lineOf(label: string, color: string, settings: PlotSettings): uPlot.Series {
  const stepped = settings.stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return {
    label,
    stroke: color,
    width: 1.5,
    // Areas of several lines would hide each other.
    ...(settings.labels.length === 1 ? { fill: `color-mix(in srgb, ${color} 12%, transparent)` } : {}),
    ...(stepped === undefined ? {} : { paths: stepped }),
    spanGaps: false,
    points: {
      show: false,
      size: 4,
      fill: color,
      filter: (plot, index) => isolatedPoints(plot.data[index] ?? []),
    },
  };
}

/** The line stands at a time that there are values of, in every chart at the same. */
function snap(plot: uPlot, left: number, top: number): [number, number] {
  const at = left < 0 ? undefined : plot.data[0][plot.posToIdx(left)];
  return [at === undefined ? left : Math.round(plot.valToPos(at, 'x')), top];
}

/** How a chart of values over time is drawn. */
export function plotOptions(settings: PlotSettings, width: number, height: number): uPlot.Options {
  const { unit, look, labels, frame } = settings;
  const shared = {
    stroke: look.axis,
    font: `11px ${look.font}`,
    ticks: { show: false },
    border: { show: false },
  };
  return {
    width,
    height,
    padding: [margins.top, margins.right, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: true, range: () => [frame().from, frame().to] },
      y: { range: (_plot, _lowest, highest) => [0, topOf(unit, highest, frame().limit)] },
    },
    axes: [
      {
        ...shared,
        size: margins.bottom,
        space: 64,
        grid: { show: false },
        values: (_plot, splits, _axis, _space, step) => splits.map((at) => timeTickText(at, step)),
      },
      {
        ...shared,
        size: margins.left,
        gap: 6,
        space: 36,
        incrs: tickSteps(unit),
        grid: { stroke: look.grid, width: 1 },
        values: (_plot, splits) => splits.map((value) => tickText(value, unit)),
      },
    ],
    series: [{}, ...labels.map((label, index) => lineOf(label, look.lines[index] ?? look.axis, settings))],
    cursor: {
      y: false,
      move: snap,
      drag: { x: false, y: false, setScale: false },
      points: { size: 7, width: 2, stroke: look.ground, fill: (_plot, index) => look.lines[index - 1] ?? look.axis },
    },
    hooks: {
      setCursor: [(plot) => settings.onCursor(plot.cursor.idx ?? null)],
      draw: [(plot) => drawLimit(plot, frame().limit, look.limit)],
    },
  };
}
