import { ChartLine } from 'lucide-react';
import type { ServiceMetrics } from '../../../data/use-metrics.ts';
import type { ServiceOverview } from '../../../data/use-overview.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';

export interface NothingMeasuredProps {
  service: Pick<ServiceOverview, 'activeDeployment' | 'desiredState' | 'kind'>;
  source: ServiceMetrics['source'];
}

const firstFigures: Record<ServiceMetrics['source'], string> = {
  davit: 'davit looks every 15 seconds: the first figures are here half a minute after an instance has started.',
  prometheus: 'They are read from Prometheus: the first are here a minute or two after it has seen an instance.',
};

/** In place of charts: why there are none, and when there will be some. */
export function NothingMeasured({ service, source }: NothingMeasuredProps) {
  const { activeDeployment, desiredState, kind } = service;
  const icon = <ChartLine />;
  if (activeDeployment === null) {
    return (
      <EmptyState icon={icon} title="Not deployed yet">
        What the service uses is shown once it runs. {firstFigures[source]}
      </EmptyState>
    );
  }
  if (desiredState === 'stopped') {
    return (
      <EmptyState icon={icon} title="It did not run in this time">
        The service is stopped. Start it, or look further back.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={icon} title="No figures yet">
      {kind === 'cron' ? 'It runs on a schedule, and is measured while it runs.' : firstFigures[source]}
    </EmptyState>
  );
}
