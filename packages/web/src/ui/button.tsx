import { cva, type VariantProps } from 'class-variance-authority';
import { Slot } from 'radix-ui';
import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { cn } from './cn.ts';
import { Spinner } from './spinner.tsx';

/** The looks of a button, for what is no button but should look like one. */
const buttonVariants = cva(
  [
    'relative inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium',
    'transition-colors duration-100 disabled:pointer-events-none disabled:opacity-50 aria-disabled:cursor-default',
    '[&_svg]:shrink-0 [&_svg:not([class*=size-])]:size-4',
  ],
  {
    variants: {
      variant: {
        primary: 'border-transparent bg-accent text-accent-fg hover:bg-accent-hover',
        secondary: 'border-line-strong bg-surface text-fg hover:bg-hover',
        ghost: 'border-transparent bg-transparent text-muted hover:bg-hover hover:text-fg',
        danger: 'border-transparent bg-danger-solid text-white hover:bg-danger-solid-hover',
        'danger-outline': 'border-danger-line bg-surface text-danger-text hover:bg-danger-soft',
        link: 'h-auto! border-transparent px-0! text-accent-text underline-offset-3 hover:underline',
      },
      size: {
        sm: 'h-7 px-2 text-xs',
        md: 'h-8 px-3 text-sm',
        lg: 'h-10 px-4 text-base',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
);

export interface ButtonProps extends ComponentProps<'button'>, VariantProps<typeof buttonVariants> {
  /** Goes before the words. */
  icon?: ReactNode;
  /** Work that this button began is under way: it keeps its width and focus, and a second press does nothing. */
  busy?: boolean;
  /** Give the looks to the one child (a link); `icon` and `busy` do not apply then. */
  asChild?: boolean;
}

/** A button. `type` is `button` unless said otherwise, so that none submits a form by accident. */
export function Button({
  variant,
  size,
  icon,
  busy = false,
  asChild = false,
  className,
  children,
  ...rest
}: ButtonProps) {
  const classes = cn(buttonVariants({ variant, size }), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  const onClick = (event: MouseEvent<HTMLButtonElement>): void => {
    // aria-disabled instead of disabled: a disabled button loses the focus, and with it the place of who works by keyboard.
    if (busy) event.preventDefault();
    else rest.onClick?.(event);
  };
  return (
    <button
      type="button"
      {...rest}
      className={classes}
      onClick={onClick}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest['aria-disabled']}
    >
      <span className={cn('inline-flex items-center gap-1.5', busy && 'invisible')}>
        {icon}
        {children}
      </span>
      {busy ? (
        <span className="absolute inset-0 flex items-center justify-center">
          <Spinner />
          {/* The hidden words above are hidden from screen readers too. */}
          <span className="sr-only">{children}</span>
        </span>
      ) : null}
    </button>
  );
}
