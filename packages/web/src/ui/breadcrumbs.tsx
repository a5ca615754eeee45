import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export interface BreadcrumbsProps {
  /** Links, from the root to the page itself, which is the last and no link. */
  items: readonly { key: string; content: ReactNode }[];
  className?: string;
}

/** Where one is, and the way up. */
export function Breadcrumbs({ items, className }: BreadcrumbsProps) {
  return (
    <nav aria-label="Breadcrumb" className={cn('min-w-0', className)}>
      <ol className="flex min-w-0 items-center gap-1 text-sm">
        {items.map((item, index) => {
          const last = index === items.length - 1;
          return (
            <li
              key={item.key}
              className={cn('flex min-w-0 items-center gap-1', last ? 'shrink font-medium text-fg' : 'text-muted')}
            >
              {index === 0 ? null : <ChevronRight aria-hidden className="size-3.5 shrink-0 text-subtle" />}
              <span
                aria-current={last ? 'page' : undefined}
                className="min-w-0 truncate [&_a]:rounded-sm [&_a]:hover:text-fg"
              >
                {item.content}
              </span>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
