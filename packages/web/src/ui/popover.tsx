import { Popover as Radix } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { popupClasses } from './menu-items.ts';

/** A small panel that hangs on a button: Popover > PopoverTrigger (asChild) + PopoverContent (give it `aria-label`). */
export const Popover = Radix.Root;
export const PopoverTrigger = Radix.Trigger;

export function PopoverContent({ className, ...rest }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        sideOffset={4}
        align="start"
        collisionPadding={8}
        {...rest}
        className={cn(
          popupClasses,
          'max-h-(--radix-popover-content-available-height) w-80 max-w-[calc(100vw-1rem)] p-3',
          className,
        )}
      />
    </Radix.Portal>
  );
}
