import type { ReactNode } from 'react';
import { cn } from '../../ui/cn.ts';

/** A part of the gallery, with an address of its own. */
export function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="flex scroll-mt-16 flex-col gap-4 border-t pt-6">
      <h2 id={`${id}-title`} className="text-xl">
        {title}
      </h2>
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">{children}</div>
    </section>
  );
}

/** One component in its states. */
export function Specimen({
  name,
  wide = false,
  stack = false,
  children,
}: {
  name: string;
  wide?: boolean;
  stack?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={cn('flex min-w-0 flex-col gap-3 rounded-lg border bg-surface p-4', wide && 'lg:col-span-2')}>
      <h3 className="font-medium text-subtle text-xs">{name}</h3>
      <div className={cn('flex min-w-0 gap-3', stack ? 'flex-col' : 'flex-wrap items-center')}>{children}</div>
    </div>
  );
}
