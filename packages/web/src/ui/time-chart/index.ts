export { type ChartCursor, createChartCursor, useCursorIndex } from './chart-cursor.ts';
export type { ChartMark } from './chart-marks.tsx';
export { TimeChart } from './time-chart.tsx';
export type { ChartSeries } from './use-plot.ts';
