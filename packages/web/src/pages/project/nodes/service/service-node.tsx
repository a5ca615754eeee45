import { type NodeProps, Position } from '@xyflow/react';
import { Clock, Cog, Globe } from 'lucide-react';
import { memo } from 'react';
import type { ServiceOverview } from '../../../../data/use-overview.ts';
import { cn } from '../../../../ui/cn.ts';
import { RelativeTime } from '../../../../ui/relative-time.tsx';
import { statusLook } from '../../../../ui/status.ts';
import { StatusBadge } from '../../../../ui/status-badge.tsx';
import { UserText } from '../../../../ui/user-text.tsx';
import { farTones } from '../far-tones.ts';
import { LineEnd } from '../line-end.tsx';
import { useDetails } from '../use-details.ts';
import { ServiceUsage } from './service-usage.tsx';

const icons = { web: Globe, worker: Cog, cron: Clock };

function replicasText({ kind, status, replicas }: ServiceOverview): string {
  if (kind === 'cron') return 'on a schedule';
  if (status === 'empty') return kind === 'worker' ? 'worker' : '';
  return replicas.wanted === 0 ? 'nothing runs' : `${replicas.running} of ${replicas.wanted} running`;
}

/** Drawn again only when what it shows has changed: a live update of one of 200 nodes costs one node. */
export const ServiceNode = memo(function ServiceNode({ data, selected }: NodeProps) {
  const service = data as unknown as ServiceOverview;
  const Icon = icons[service.kind];
  const isWhole = useDetails();
  const look = statusLook(service.status);
  return (
    <div
      className={cn(
        'node-box flex h-full w-full flex-col gap-1.5 rounded-xl border bg-surface px-3.5 py-3 text-left transition-colors',
        selected ? 'border-accent ring-2 ring-accent/30' : 'border-line-strong hover:border-muted',
      )}
    >
      <LineEnd type="target" position={Position.Left} />
      <LineEnd type="source" position={Position.Right} />
      <span className="flex items-center gap-2">
        {isWhole ? <Icon aria-hidden className="node-detail size-4 shrink-0 text-muted" /> : null}
        <UserText text={service.name} className="node-name min-w-0 flex-1 truncate font-medium text-sm" />
        {isWhole ? <StatusBadge size="sm" status={service.status} className="node-detail" /> : null}
      </span>
      <span className={cn('node-far whitespace-nowrap font-medium text-2xl', farTones[look.tone])}>{look.label}</span>
      {isWhole ? <ServiceDetails service={service} /> : null}
      {service.hasUndeployedChanges ? <span className="sr-only">It has changes that are not deployed.</span> : null}
    </div>
  );
});

function ServiceDetails({ service }: { service: ServiceOverview }) {
  const { latestDeployment } = service;
  return (
    <>
      <span className="node-detail truncate text-muted text-xs">
        {service.url === null ? replicasText(service) : service.url.replace(/^https?:\/\//, '')}
      </span>
      <ServiceUsage id={service.id} kind={service.kind} />
      <span className="node-detail flex items-center justify-between gap-2 text-subtle text-xs">
        <span className="truncate">{service.url === null ? '' : replicasText(service)}</span>
        {latestDeployment === null ? (
          <span>never deployed</span>
        ) : (
          <span className="shrink-0">
            #{latestDeployment.number} <RelativeTime plain at={latestDeployment.createdAt} />
          </span>
        )}
      </span>
    </>
  );
}
