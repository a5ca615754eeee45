import { ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { type StackResource, shortResourceType } from '../../data/stack-progress.ts';
import { cn } from '../../ui/cn.ts';
import { Duration } from '../../ui/duration.tsx';
import { StatusIcon } from '../../ui/status-badge.tsx';
import { durationText } from '../../ui/time-text.ts';
import { UserText } from '../../ui/user-text.tsx';
import { DiagnosticList } from './diagnostic-list.tsx';
import { operationLook, resourceText } from './resource-words.ts';

export interface ResourceRowProps {
  resource: StackResource;
  index: number;
  depth: number;
  position: number;
  siblings: number;
  /** Undefined for one without children. */
  expanded: boolean | undefined;
  /** Has the tab stop of the tree. */
  isActive: boolean;
  isLive: boolean;
  isOnlyLooking: boolean;
  onToggle: (urn: string) => void;
  /** Leads to its last line of the output. */
  onOpen: (resource: StackResource, index: number) => void;
}

const tones = {
  neutral: 'text-muted',
  success: 'text-success-text',
  warning: 'text-warning-text',
  danger: 'text-danger-text',
};

/** One resource: what is done to it, and how long. Drawn again only when something of it changed. */
export const ResourceRow = memo(function ResourceRow(props: ResourceRowProps) {
  const { resource, index, depth, position, siblings, expanded, isActive, isLive, onToggle, onOpen } = props;
  return (
    // The keys are the tree's, which also moves the focus.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-expanded={expanded}
      aria-selected={isActive}
      tabIndex={isActive ? 0 : -1}
      data-index={index}
      onClick={() => onOpen(resource, index)}
      style={{ paddingLeft: `${0.25 + Math.min(depth, 12) * 1}rem` }}
      className="flex cursor-pointer items-start gap-1.5 rounded-md py-1 pr-2 [contain-intrinsic-size:auto_2rem] [content-visibility:auto] hover:bg-hover focus-visible:-outline-offset-2"
    >
      <span
        aria-hidden
        className={cn(
          'flex size-5 shrink-0 items-center justify-center rounded-sm',
          expanded !== undefined && 'hover:bg-selected',
        )}
        onClick={(event) => {
          if (expanded === undefined) return;
          event.stopPropagation();
          onToggle(resource.urn);
        }}
      >
        {expanded === undefined ? null : (
          <ChevronRight className={cn('size-4 text-subtle transition-transform', expanded && 'rotate-90')} />
        )}
      </span>
      <span className="flex h-5 items-center">
        <StatusIcon status={iconOf(resource, isLive)} />
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <ResourceLine {...props} />
        <DiagnosticList diagnostics={resource.diagnostics} />
      </div>
    </div>
  );
});

function ResourceLine({ resource, isLive, isOnlyLooking }: ResourceRowProps) {
  const { name, type, operation, state, startedAt, durationMs } = resource;
  const { sign, tone } = operationLook(operation);
  return (
    <div className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-sm">
      <UserText
        text={name}
        className={cn('min-w-0 break-words', operation === 'same' ? 'text-muted' : 'font-medium')}
      />
      <UserText text={shortResourceType(type)} className="min-w-0 break-words font-mono text-subtle text-xs" />
      <span className="ml-auto flex shrink-0 items-baseline gap-2 text-xs">
        <span className={state === 'failed' ? tones.danger : tones[tone]}>
          {sign === '' ? null : (
            <span aria-hidden className="mr-1 font-mono">
              {sign}
            </span>
          )}
          {resourceText(resource, { isLive, isOnlyLooking })}
        </span>
        <span className="min-w-[4ch] text-right text-subtle tabular-nums">
          {state === 'started' && isLive ? <Duration from={startedAt} /> : null}
          {durationMs === null || durationMs < 50 ? null : durationText(durationMs)}
        </span>
      </span>
    </div>
  );
}

function iconOf({ state, operation }: StackResource, isLive: boolean): string {
  if (state === 'failed') return 'failed';
  if (state === 'started') return isLive ? 'deploying' : 'degraded';
  return operation === 'same' ? 'skipped' : 'succeeded';
}
