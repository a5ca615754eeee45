import { useMemo } from 'react';
import type { ServiceMetrics } from '../../../data/use-metrics.ts';
import { quantityText } from '../../../ui/quantity-text.ts';
import { type ChartCursor, TimeChart } from '../../../ui/time-chart/index.ts';
import { deploymentMarks } from './deployment-marks.ts';
import type { MetricChart } from './metric-charts.ts';

export interface MetricsChartsProps {
  charts: readonly MetricChart[];
  metrics: ServiceMetrics;
  cursor: ChartCursor;
  onDeployment: (deploymentId: string) => void;
}

/** A limit in words, whether the values come near it or not. */
function noteOf({ unit, limit }: MetricChart, limits: ServiceMetrics['limits']): string | undefined {
  if (limit === undefined) return undefined;
  const value = limits[limit];
  return value === null ? 'no limit' : `limit ${quantityText(value, unit)}`;
}

/** All charts over the same time. */
export function MetricsCharts({ charts, metrics, cursor, onDeployment }: MetricsChartsProps) {
  const { series, limits, deployments, timestamps } = metrics;
  const from = Date.parse(metrics.from) / 1000;
  const to = Date.parse(metrics.to) / 1000;
  const marks = useMemo(() => deploymentMarks(deployments), [deployments]);
  // The same objects as long as the figures are: a chart is drawn again only when its own have changed.
  const lines = useMemo(
    () => charts.map((chart) => chart.lines.map(({ name, ...line }) => ({ ...line, values: series[name] }))),
    [charts, series],
  );
  return (
    <div className="@container">
      <div className="grid grid-cols-1 gap-3 @xl:grid-cols-2">
        {charts.map((chart, index) => {
          const { id, title, unit, limit, stepped = false, empty } = chart;
          const note = noteOf(chart, limits);
          return (
            <TimeChart
              key={id}
              title={title}
              unit={unit}
              stepped={stepped}
              timestamps={timestamps}
              from={from}
              to={to}
              series={lines[index] ?? []}
              limit={limit === undefined ? null : limits[limit]}
              marks={marks}
              onMarkOpen={onDeployment}
              cursor={cursor}
              {...(note === undefined ? {} : { note })}
              {...(empty === undefined ? {} : { empty })}
            />
          );
        })}
      </div>
    </div>
  );
}
