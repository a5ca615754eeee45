import { ContextMenu as Radix } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import type { MenuItemProps } from './dropdown-menu.tsx';
import { Kbd } from './kbd.tsx';
import { keepFocusOfOthers, menuItemVariants, popupClasses } from './menu-items.ts';

/** A menu at the pointer (right click, long press, the menu key): ContextMenu > ContextMenuTrigger (asChild) + ContextMenuContent. */
export const ContextMenu = Radix.Root;
export const ContextMenuTrigger = Radix.Trigger;

export function ContextMenuContent({ className, ...rest }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        onCloseAutoFocus={keepFocusOfOthers}
        collisionPadding={8}
        {...rest}
        className={cn(popupClasses, 'max-h-(--radix-context-menu-content-available-height) max-w-80', className)}
      />
    </Radix.Portal>
  );
}

export function ContextMenuItem({
  icon,
  shortcut,
  tone,
  className,
  children,
  ...rest
}: Omit<ComponentProps<typeof Radix.Item>, 'asChild'> & MenuItemProps) {
  return (
    <Radix.Item {...rest} className={cn(menuItemVariants({ tone }), className)}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {shortcut === undefined ? null : <Kbd keys={shortcut} className="text-subtle" />}
    </Radix.Item>
  );
}

export function ContextMenuLabel({ className, ...rest }: ComponentProps<typeof Radix.Label>) {
  return <Radix.Label {...rest} className={cn('px-2 py-1.5 font-medium text-subtle text-xs', className)} />;
}

export function ContextMenuSeparator({ className, ...rest }: ComponentProps<typeof Radix.Separator>) {
  return <Radix.Separator {...rest} className={cn('-mx-1 my-1 h-px bg-line', className)} />;
}
