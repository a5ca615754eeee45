import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { Duration } from './duration.tsx';
import { statusLook } from './status.ts';
import { StatusIcon } from './status-badge.tsx';

export interface StepItem {
  id: string;
  label: ReactNode;
  /** pending, running, succeeded, failed, canceled, skipped, waiting. `running` turns. */
  state: string;
  startedAt?: string | number | null;
  finishedAt?: string | number | null;
  /** One line below (why it failed). */
  detail?: ReactNode;
}

export interface StepsListProps {
  label: string;
  items: readonly StepItem[];
  /** The chosen step; each is a button when `onSelect` is given. */
  selectedId?: string | undefined;
  onSelect?: (id: string) => void;
  className?: string;
}

/** The steps of a run, one below the other, with their states and live times. */
export function StepsList({ label, items, selectedId, onSelect, className }: StepsListProps) {
  return (
    <ol aria-label={label} className={cn('flex flex-col', className)}>
      {items.map((item, index) => {
        const state = stepStatus(item.state);
        const started = item.startedAt ?? undefined;
        const content = (
          <>
            <span className="relative z-1 flex h-5 items-center bg-inherit">
              <StatusIcon status={state} />
            </span>
            <span className="flex min-w-0 flex-1 flex-col text-left">
              <span className={cn('truncate text-sm', item.state === 'pending' ? 'text-subtle' : 'text-fg')}>
                {item.label}
                <span className="sr-only">
                  : {item.state === 'running' ? 'under way' : statusLook(item.state).label}
                </span>
              </span>
              {item.detail === undefined ? null : (
                <span
                  className={cn('break-words text-xs', item.state === 'failed' ? 'text-danger-text' : 'text-muted')}
                >
                  {item.detail}
                </span>
              )}
            </span>
            {started === undefined ? null : (
              <Duration from={started} to={item.finishedAt} className="text-subtle text-xs leading-5" />
            )}
          </>
        );
        const classes = 'flex w-full items-start gap-2.5 rounded-md px-2 py-1.5';
        return (
          <li key={item.id} className="relative">
            {index === items.length - 1 ? null : (
              <span aria-hidden className="absolute top-7 -bottom-1 left-[0.95rem] w-px bg-line-strong" />
            )}
            {onSelect === undefined ? (
              <div className={classes}>{content}</div>
            ) : (
              <button
                type="button"
                aria-current={item.id === selectedId ? 'step' : undefined}
                onClick={() => onSelect(item.id)}
                className={cn(classes, 'hover:bg-hover aria-[current=step]:bg-selected')}
              >
                {content}
              </button>
            )}
          </li>
        );
      })}
    </ol>
  );
}

// `running` of a service is a green tick; of a step it is something that turns.
function stepStatus(state: string): string {
  return state === 'running' ? 'deploying' : state;
}
