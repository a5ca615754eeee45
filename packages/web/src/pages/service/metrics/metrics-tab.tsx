import { useState } from 'react';
import { explainError } from '../../../data/explain-error.ts';
import { type ServiceMetrics, useMetrics } from '../../../data/use-metrics.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { cn } from '../../../ui/cn.ts';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { createChartCursor } from '../../../ui/time-chart/index.ts';
import type { ServiceTabProps } from '../service-tab.ts';
import { BuildTable } from './build-table.tsx';
import { DeploymentList } from './deployment-list.tsx';
import { FiguresTable } from './figures-table.tsx';
import { chartsFor, hasFigures } from './metric-charts.ts';
import { MetricsCharts } from './metrics-charts.tsx';
import { MetricsToolbar, rangeNames } from './metrics-toolbar.tsx';
import { NothingMeasured } from './nothing-measured.tsx';

const sources: Record<ServiceMetrics['source'], string> = {
  davit: 'Measured by davit itself, from the runtime and the proxy.',
  prometheus: 'Read from Prometheus.',
};

/** What a service uses and how it answers, as charts and in words. */
export function MetricsTab({ service, search, onSearch }: ServiceTabProps) {
  const { range = '1h' } = search;
  const { data, error, isPlaceholderData, isFetching, refetch } = useMetrics(service.id, range);
  const [cursor] = useState(createChartCursor);
  const charts = chartsFor(service.kind);
  const open = (deployment: string) => onSearch({ tab: 'deployments', deployment });
  return (
    <>
      <MetricsToolbar
        range={range}
        onRange={(next) => onSearch({ range: next === '1h' ? undefined : next })}
        metrics={data !== undefined && hasFigures(data) ? data : undefined}
        cursor={cursor}
      />
      <div
        aria-busy={isPlaceholderData}
        className={cn('flex flex-col gap-4 px-4 py-4 transition-opacity md:px-5', isPlaceholderData && 'opacity-60')}
      >
        {error === null ? null : <Unreadable error={error} busy={isFetching} onRetry={() => void refetch()} />}
        {data !== undefined ? null : error === null ? <Skeleton className="h-96" /> : null}
        {data === undefined || hasFigures(data) ? null : <NothingMeasured service={service} source={data.source} />}
        {data === undefined || !hasFigures(data) ? null : (
          <>
            <MetricsCharts charts={charts} metrics={data} cursor={cursor} onDeployment={open} />
            <section aria-labelledby="metrics-deployments" className="flex flex-col gap-2">
              <h3 id="metrics-deployments" className="text-base">
                Deployments of the last {rangeNames[data.range]}
              </h3>
              <DeploymentList deployments={data.deployments} onOpen={open} />
            </section>
            <section aria-labelledby="metrics-figures" className="flex flex-col gap-2">
              <h3 id="metrics-figures" className="text-base">
                In numbers
              </h3>
              <FiguresTable charts={charts} metrics={data} />
            </section>
          </>
        )}
        <BuildTable serviceId={service.id} onOpen={open} />
        {data === undefined ? null : <p className="text-subtle text-xs">{sources[data.source]}</p>}
      </div>
    </>
  );
}

/** What was there before stays below. */
function Unreadable({ error, busy, onRetry }: { error: unknown; busy: boolean; onRetry: () => void }) {
  const { title, hint, requestId } = explainError(error);
  return (
    <div role="alert">
      <Alert
        tone="warning"
        title={title}
        action={
          <Button size="sm" busy={busy} onClick={onRetry}>
            Try again
          </Button>
        }
      >
        {hint}
        {requestId === undefined ? null : <span className="block text-subtle text-xs">Request {requestId}</span>}
      </Alert>
    </div>
  );
}
