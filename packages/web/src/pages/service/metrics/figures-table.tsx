import type { ServiceMetrics } from '../../../data/use-metrics.ts';
import { quantityText } from '../../../ui/quantity-text.ts';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import type { MetricChart } from './metric-charts.ts';
import { type SeriesSummary, summarize } from './series-summary.ts';

interface Row {
  id: string;
  name: string;
  unit: MetricChart['unit'];
  summary: SeriesSummary | undefined;
}

const columnOf = (id: keyof SeriesSummary, header: string): TableColumn<Row> => ({
  id,
  header,
  align: 'end',
  cell: ({ summary, unit }) => (
    <span className="whitespace-nowrap tabular-nums">
      {summary === undefined ? <span className="text-subtle">not measured</span> : quantityText(summary[id], unit)}
    </span>
  ),
});

const columns: readonly TableColumn<Row>[] = [
  { id: 'name', header: 'Figure', cell: ({ name }) => <span className="font-medium">{name}</span> },
  columnOf('last', 'Last'),
  columnOf('min', 'Lowest'),
  columnOf('avg', 'Average'),
  columnOf('max', 'Highest'),
];

function rowsOf(charts: readonly MetricChart[], series: ServiceMetrics['series']): Row[] {
  return charts.flatMap(({ title, unit, lines }) =>
    lines.map(({ name, label }) => ({
      id: name,
      name: lines.length > 1 ? `${title}, ${label}` : title,
      unit,
      summary: summarize(series[name]),
    })),
  );
}

/** What the charts show, as text: for everybody who cannot see lines, and whoever wants a number. */
export function FiguresTable({ charts, metrics }: { charts: readonly MetricChart[]; metrics: ServiceMetrics }) {
  return (
    <Table
      label="Figures of the charts"
      columns={columns}
      rows={rowsOf(charts, metrics.series)}
      rowKey={({ id }) => id}
    />
  );
}
