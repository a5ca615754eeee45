import { Tabs as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { showCurrent } from './show-current.ts';

/**
 * Tabs (value, onValueChange) > TabList > Tab (value) and TabPanel (value). Controlled, so that the page can keep the tab in its address;
 * a Tab with `asChild` around a link can be opened in another window as well.
 */
export function Tabs({ className, ...rest }: ComponentProps<typeof Radix.Root>) {
  return <Radix.Root {...rest} className={cn('flex min-h-0 flex-col', className)} />;
}

/** The row of tabs; it scrolls sideways where it does not fit, and shows the current one. Give `aria-label`. */
export function TabList({ className, ...rest }: ComponentProps<typeof Radix.List>) {
  return (
    <Radix.List
      ref={showCurrent}
      {...rest}
      className={cn('flex shrink-0 gap-1 overflow-x-auto border-b px-1 [scrollbar-width:none]', className)}
    />
  );
}

export interface TabProps extends ComponentProps<typeof Radix.Trigger> {
  /** A count or mark after the words. */
  badge?: ReactNode;
}

export function Tab({ badge, className, children, asChild, ...rest }: TabProps) {
  return (
    <Radix.Trigger
      {...rest}
      {...(asChild === undefined ? {} : { asChild })}
      className={cn(
        'relative inline-flex h-9 shrink-0 items-center gap-1.5 whitespace-nowrap px-2.5 text-muted text-sm transition-colors hover:text-fg',
        'focus-visible:-outline-offset-2 data-[state=active]:font-medium data-[state=active]:text-fg disabled:opacity-50',
        "after:absolute after:inset-x-1 after:-bottom-px after:h-0.5 after:rounded-full data-[state=active]:after:bg-accent after:content-['']",
        className,
      )}
    >
      {asChild === true || badge === undefined ? (
        children
      ) : (
        <>
          {children}
          {badge}
        </>
      )}
    </Radix.Trigger>
  );
}

export function TabPanel({ className, ...rest }: ComponentProps<typeof Radix.Content>) {
  return <Radix.Content {...rest} className={cn('min-h-0 flex-1 focus-visible:-outline-offset-2', className)} />;
}
