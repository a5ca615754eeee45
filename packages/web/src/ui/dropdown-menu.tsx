import { Check, ChevronRight } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { Kbd } from './kbd.tsx';
import { keepFocusOfOthers, menuItemVariants, popupClasses } from './menu-items.ts';

/** A menu that a button opens: DropdownMenu > DropdownMenuTrigger (asChild) + DropdownMenuContent > DropdownMenuItem. */
export const DropdownMenu = Radix.Root;
export const DropdownMenuTrigger = Radix.Trigger;
export const DropdownMenuSub = Radix.Sub;
export const DropdownMenuRadioGroup = Radix.RadioGroup;

export function DropdownMenuContent({ className, ...rest }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        onCloseAutoFocus={keepFocusOfOthers}
        sideOffset={4}
        align="start"
        collisionPadding={8}
        {...rest}
        className={cn(popupClasses, 'max-h-(--radix-dropdown-menu-content-available-height) max-w-80', className)}
      />
    </Radix.Portal>
  );
}

export interface MenuItemProps {
  icon?: ReactNode;
  /** The key that does the same. */
  shortcut?: string;
  tone?: 'default' | 'danger';
}

/** One thing to do. With `asChild` around a link, give the icon inside the link. */
export function DropdownMenuItem({
  icon,
  shortcut,
  tone,
  className,
  children,
  asChild,
  ...rest
}: ComponentProps<typeof Radix.Item> & MenuItemProps) {
  const classes = cn(menuItemVariants({ tone }), className);
  if (asChild === true) {
    return (
      <Radix.Item asChild {...rest} className={classes}>
        {children}
      </Radix.Item>
    );
  }
  return (
    <Radix.Item {...rest} className={classes}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {shortcut === undefined ? null : <Kbd keys={shortcut} className="text-subtle" />}
    </Radix.Item>
  );
}

export function DropdownMenuCheckboxItem({ className, children, ...rest }: ComponentProps<typeof Radix.CheckboxItem>) {
  return (
    <Radix.CheckboxItem {...rest} className={cn(menuItemVariants(), 'pl-8', className)}>
      <Radix.ItemIndicator className="absolute left-2">
        <Check aria-hidden />
      </Radix.ItemIndicator>
      {children}
    </Radix.CheckboxItem>
  );
}

export function DropdownMenuRadioItem({ className, children, ...rest }: ComponentProps<typeof Radix.RadioItem>) {
  return (
    <Radix.RadioItem {...rest} className={cn(menuItemVariants(), 'pl-8', className)}>
      <Radix.ItemIndicator className="absolute left-2">
        <Check aria-hidden />
      </Radix.ItemIndicator>
      {children}
    </Radix.RadioItem>
  );
}

export function DropdownMenuSubTrigger({
  icon,
  className,
  children,
  ...rest
}: ComponentProps<typeof Radix.SubTrigger> & { icon?: ReactNode }) {
  return (
    <Radix.SubTrigger {...rest} className={cn(menuItemVariants(), className)}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      <ChevronRight aria-hidden />
    </Radix.SubTrigger>
  );
}

export function DropdownMenuSubContent({ className, ...rest }: ComponentProps<typeof Radix.SubContent>) {
  return (
    <Radix.Portal>
      <Radix.SubContent sideOffset={4} collisionPadding={8} {...rest} className={cn(popupClasses, className)} />
    </Radix.Portal>
  );
}

export function DropdownMenuLabel({ className, ...rest }: ComponentProps<typeof Radix.Label>) {
  return <Radix.Label {...rest} className={cn('px-2 py-1.5 font-medium text-subtle text-xs', className)} />;
}

export function DropdownMenuSeparator({ className, ...rest }: ComponentProps<typeof Radix.Separator>) {
  return <Radix.Separator {...rest} className={cn('-mx-1 my-1 h-px bg-line', className)} />;
}
