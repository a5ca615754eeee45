import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export interface KeyValueListProps {
  items: readonly { label: string; value: ReactNode }[];
  className?: string;
}

/** Names and values, one pair a line. */
export function KeyValueList({ items, className }: KeyValueListProps) {
  return (
    <dl className={cn('grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-6 gap-y-2 text-sm', className)}>
      {items.map((item) => (
        <div key={item.label} className="contents">
          <dt className="text-muted">{item.label}</dt>
          <dd className="min-w-0 break-words">{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
