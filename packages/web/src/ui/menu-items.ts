import { cva } from 'class-variance-authority';

/** The floating box of menus, selects and popovers. */
export const popupClasses =
  'z-50 min-w-36 overflow-y-auto overflow-x-hidden rounded-lg border border-line bg-raised p-1 text-fg text-sm shadow-raised animate-pop-in';

/** One line in a menu. */
export const menuItemVariants = cva(
  [
    'relative flex min-h-8 cursor-default select-none items-center gap-2 rounded-md px-2 py-1 outline-none pointer-coarse:min-h-10',
    'data-disabled:pointer-events-none data-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
  ],
  {
    variants: {
      tone: {
        default: 'data-highlighted:bg-hover data-[state=open]:bg-hover [&_svg]:text-muted',
        danger: 'text-danger-text data-highlighted:bg-danger-soft',
      },
    },
    defaultVariants: { tone: 'default' },
  },
);

/**
 * For a menu's `onCloseAutoFocus`. A menu that closes gives the focus back to what opened it; where the chosen item has opened a dialog
 * meanwhile, that has the focus and keeps it.
 */
export function keepFocusOfOthers(event: Event): void {
  const active = document.activeElement;
  const menu = event.target;
  if (active === null || active === document.body) return;
  if (!(menu instanceof Node && menu.contains(active))) event.preventDefault();
}
