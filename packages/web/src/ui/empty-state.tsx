import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** Why there is nothing, and what to do next. */
  children?: ReactNode;
  /** The next step. */
  action?: ReactNode;
  className?: string;
}

/** Says why a place is empty and what to do next. */
export function EmptyState({ icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div
      className={cn(
        'flex flex-col items-center gap-3 rounded-lg border border-dashed px-6 py-10 text-center',
        className,
      )}
    >
      {icon === undefined ? null : (
        <span className="flex size-10 items-center justify-center rounded-full bg-selected text-muted [&_svg]:size-5">
          {icon}
        </span>
      )}
      <div className="flex max-w-md flex-col gap-1">
        <p className="font-medium text-base">{title}</p>
        {children === undefined ? null : <div className="text-muted text-sm">{children}</div>}
      </div>
      {action === undefined ? null : <div className="flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
