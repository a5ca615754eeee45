import { type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import type { CloudResourceOverview } from '../../../../data/use-overview.ts';
import { cn } from '../../../../ui/cn.ts';
import { ProviderMark, providerName } from '../../../../ui/provider-mark.tsx';
import { RelativeTime } from '../../../../ui/relative-time.tsx';
import { statusLook } from '../../../../ui/status.ts';
import { StatusBadge } from '../../../../ui/status-badge.tsx';
import { UserText } from '../../../../ui/user-text.tsx';
import { farTones } from '../far-tones.ts';
import { LineEnd } from '../line-end.tsx';
import { useDetails } from '../use-details.ts';

function outputsText(count: number): string {
  if (count === 0) return 'no outputs yet';
  return count === 1 ? '1 output' : `${count} outputs`;
}

/** Drawn again only when what it shows has changed. */
export const CloudResourceNode = memo(function CloudResourceNode({ data, selected }: NodeProps) {
  const resource = data as unknown as CloudResourceOverview;
  const { provider } = resource;
  const isWhole = useDetails();
  const look = statusLook(resource.status);
  return (
    <div
      className={cn(
        'node-box flex h-full w-full flex-col gap-1.5 rounded-xl border border-dashed bg-surface px-3.5 py-3 text-left transition-colors',
        selected ? 'border-accent ring-2 ring-accent/30' : 'border-line-strong hover:border-muted',
      )}
    >
      <LineEnd type="target" position={Position.Left} />
      <LineEnd type="source" position={Position.Right} />
      <span className="flex items-center gap-2">
        {isWhole ? <ProviderMark provider={provider} className="node-detail" /> : null}
        <UserText text={resource.name} className="node-name min-w-0 flex-1 truncate font-medium text-sm" />
        {isWhole ? <StatusBadge size="sm" status={resource.status} className="node-detail" /> : null}
      </span>
      <span className={cn('node-far whitespace-nowrap font-medium text-2xl', farTones[look.tone])}>{look.label}</span>
      {isWhole ? <ResourceDetails resource={resource} /> : null}
      {resource.hasUndeployedChanges ? <span className="sr-only">It has changes that are not deployed.</span> : null}
    </div>
  );
});

function ResourceDetails({ resource }: { resource: CloudResourceOverview }) {
  const { latestUpdate, provider } = resource;
  return (
    <>
      <span className="node-detail truncate text-muted text-xs">
        <UserText text={resource.kind} />
        {provider === null ? '' : ` · ${providerName(provider)}`}
      </span>
      <span className="node-detail mt-auto flex items-center justify-between gap-2 text-subtle text-xs">
        <span className="truncate">{outputsText(resource.outputCount)}</span>
        {latestUpdate === null ? (
          <span>never deployed</span>
        ) : (
          <span className="shrink-0">
            {latestUpdate.operation} <RelativeTime plain at={latestUpdate.createdAt} />
          </span>
        )}
      </span>
    </>
  );
}
