import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';

export interface CardProps extends Omit<ComponentProps<'section'>, 'title'> {
  title?: ReactNode;
  description?: ReactNode;
  /** At the end of the title's line. */
  actions?: ReactNode;
  /** Below a line: the buttons of a form. */
  footer?: ReactNode;
  /** The edge in red: what is in it destroys. */
  tone?: 'neutral' | 'danger';
  /** No padding around the content (a table, a list). */
  flush?: boolean;
}

/** A bounded part of a page. */
export function Card({
  title,
  description,
  actions,
  footer,
  tone = 'neutral',
  flush = false,
  className,
  children,
  ...rest
}: CardProps) {
  return (
    <section
      {...rest}
      className={cn(
        'flex min-w-0 flex-col overflow-hidden rounded-lg border bg-surface',
        tone === 'danger' && 'border-danger-line',
        className,
      )}
    >
      {title === undefined && actions === undefined ? null : (
        <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-3.5">
          <div className="flex min-w-0 flex-col gap-0.5">
            <h3 className="text-base">{title}</h3>
            {description === undefined ? null : <p className="text-muted text-sm">{description}</p>}
          </div>
          {actions === undefined ? null : <div className="flex items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={cn('min-w-0 flex-1', flush ? 'pt-3' : 'px-4 py-3.5')}>{children}</div>
      {footer === undefined ? null : (
        <footer className="flex flex-wrap items-center justify-end gap-2 border-t bg-sunken px-4 py-2.5">
          {footer}
        </footer>
      )}
    </section>
  );
}
