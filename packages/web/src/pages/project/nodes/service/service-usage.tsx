import { useEffect, useRef } from 'react';
import { serviceUsages, type ServiceUsage as Usage } from '../../../../data/service-usage.ts';
import type { ServiceOverview } from '../../../../data/use-overview.ts';
import { quantityText, type Unit } from '../../../../ui/quantity-text.ts';
import { redrawSparkline, Sparkline, type SparklineProps } from '../../../../ui/sparkline.tsx';

function labelOf(what: string, values: readonly (number | null)[], unit: Unit): string {
  const last = values.findLast((value) => value !== null) ?? null;
  return last === null ? `${what}: nothing measured yet` : `${what}, now ${quantityText(last, unit)}`;
}

/** CPU, and requests where there are any to be counted. */
function chartsOf({ cpuCores, requestsPerSecond }: Usage, kind: ServiceOverview['kind']): SparklineProps[] {
  const cpu = { values: cpuCores, floor: 0.05, label: labelOf('CPU', cpuCores, 'cores'), className: 'h-5' };
  if (kind !== 'web') return [cpu];
  const label = labelOf('Requests', requestsPerSecond, 'per-second');
  return [cpu, { values: requestsPerSecond, floor: 1, label, className: 'h-5 text-chart-5' }];
}

function redraw(boxes: HTMLCollection, charts: readonly SparklineProps[]): void {
  for (const [index, chart] of charts.entries()) {
    const box = boxes[index];
    const svg = box?.querySelector('svg');
    box?.setAttribute('title', chart.label);
    if (svg) redrawSparkline(svg, chart);
  }
}

/**
 * The last hour of a service. What changes later is drawn without React: for one node it would go through all of a canvas, and usage changes for
 * every service at once.
 */
export function ServiceUsage({ id, kind }: Pick<ServiceOverview, 'id' | 'kind'>) {
  const root = useRef<HTMLSpanElement>(null);
  const rendered = serviceUsages.get(id);
  useEffect(() => {
    const show = () => root.current && redraw(root.current.children, chartsOf(serviceUsages.get(id), kind));
    // Between drawing and here it may have become another.
    if (serviceUsages.get(id) !== rendered) show();
    return serviceUsages.subscribe(id, show);
  }, [id, kind, rendered]);
  return (
    <span ref={root} className="node-detail grid auto-cols-fr grid-flow-col gap-3">
      {chartsOf(rendered, kind).map((chart, index) => (
        <span key={index} title={chart.label}>
          <Sparkline {...chart} />
        </span>
      ))}
    </span>
  );
}
