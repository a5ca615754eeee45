import type { ServiceOverview } from '../../../../data/use-overview.ts';
import { quantityText, type Unit } from '../../../../ui/quantity-text.ts';
import { Sparkline } from '../../../../ui/sparkline.tsx';

function labelOf(what: string, values: readonly (number | null)[], unit: Unit): string {
  const last = values.findLast((value) => value !== null) ?? null;
  return last === null ? `${what}: nothing measured yet` : `${what}, now ${quantityText(last, unit)}`;
}

/** The last hour of a service: CPU, and requests where there are any to be counted. */
export function ServiceUsage({ kind, sparkline }: Pick<ServiceOverview, 'kind' | 'sparkline'>) {
  const { cpuCores, requestsPerSecond } = sparkline;
  const cpu = labelOf('CPU', cpuCores, 'cores');
  const requests = labelOf('Requests', requestsPerSecond, 'per-second');
  return (
    <span className="grid auto-cols-fr grid-flow-col gap-3">
      <span title={cpu}>
        <Sparkline values={cpuCores} floor={0.05} label={cpu} className="h-5" />
      </span>
      {kind === 'web' ? (
        <span title={requests}>
          <Sparkline values={requestsPerSecond} floor={1} label={requests} className="h-5 text-chart-5" />
        </span>
      ) : null}
    </span>
  );
}
