import type { ServiceMetrics } from '../../../data/use-metrics.ts';
import { type MetricRange, metricRanges } from '../../../route-search.ts';
import { SegmentedControl } from '../../../ui/segmented-control.tsx';
import { type ChartCursor, useCursorIndex } from '../../../ui/time-chart/index.ts';
import { absoluteTimeText } from '../../../ui/time-text.ts';

export const rangeNames: Record<MetricRange, string> = {
  '1h': '1 hour',
  '6h': '6 hours',
  '24h': '24 hours',
  '7d': '7 days',
};

const options = metricRanges.map((value) => ({ value, label: rangeNames[value] }));

export interface MetricsToolbarProps {
  range: MetricRange;
  onRange: (range: MetricRange) => void;
  metrics: ServiceMetrics | undefined;
  cursor: ChartCursor;
}

/** How far back to look, and which moment is looked at. It stays in sight above the charts. */
export function MetricsToolbar({ range, onRange, metrics, cursor }: MetricsToolbarProps) {
  return (
    <div className="sticky top-0 z-20 flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 border-b bg-surface px-4 py-2.5 md:px-5">
      <SegmentedControl aria-label="Time shown" size="sm" value={range} onValueChange={onRange} options={options} />
      {metrics === undefined ? null : <Moment metrics={metrics} cursor={cursor} />}
    </div>
  );
}

function Moment({ metrics, cursor }: { metrics: ServiceMetrics; cursor: ChartCursor }) {
  const index = useCursorIndex(cursor);
  const at = index === null ? undefined : metrics.timestamps[index];
  return (
    <span className="text-muted text-xs tabular-nums">
      {at === undefined
        ? `Last values, until ${absoluteTimeText(Date.parse(metrics.to))}`
        : absoluteTimeText(at * 1000)}
    </span>
  );
}
