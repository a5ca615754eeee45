import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { IconButton } from './icon-button.tsx';
import { ReturnFocus } from './use-return-focus.ts';

/** A panel from the edge of a small screen (the menu): Sheet (open, onOpenChange) > SheetTrigger? + SheetContent. Modal. */
export const Sheet = Radix.Root;
export const SheetTrigger = Radix.Trigger;

const sides = {
  left: 'inset-y-0 left-0 w-72 max-w-[85vw] border-r animate-slide-in-left',
  right: 'inset-y-0 right-0 w-72 max-w-[85vw] border-l animate-slide-in-right',
  bottom: 'inset-x-0 bottom-0 max-h-[85dvh] rounded-t-xl border-t animate-slide-in-bottom',
};

export function SheetContent({
  title,
  side = 'left',
  children,
}: {
  title: string;
  side?: keyof typeof sides;
  children: ReactNode;
}) {
  return (
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-50 animate-fade-in bg-backdrop" />
      <Radix.Content
        aria-describedby={undefined}
        className={cn('fixed z-50 flex flex-col bg-raised shadow-raised focus:outline-none', sides[side])}
      >
        <ReturnFocus />
        <header className="flex shrink-0 items-center justify-between py-2 pr-2 pl-4">
          <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
          <Radix.Close asChild>
            <IconButton plain size="lg" label="Close" icon={<X />} />
          </Radix.Close>
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">{children}</div>
      </Radix.Content>
    </Radix.Portal>
  );
}
