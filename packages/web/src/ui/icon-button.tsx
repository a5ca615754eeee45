import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { Spinner } from './spinner.tsx';
import { Tooltip } from './tooltip.tsx';

const iconButtonVariants = cva(
  [
    'inline-flex shrink-0 items-center justify-center rounded-md border transition-colors duration-100',
    'disabled:pointer-events-none disabled:opacity-50 [&_svg]:shrink-0 [&_svg:not([class*=size-])]:size-4',
    'aria-pressed:bg-selected aria-pressed:text-fg data-[state=open]:bg-selected data-[state=open]:text-fg',
  ],
  {
    variants: {
      variant: {
        ghost: 'border-transparent text-muted hover:bg-hover hover:text-fg',
        secondary: 'border-line-strong bg-surface text-muted hover:bg-hover hover:text-fg',
        danger: 'border-transparent text-muted hover:bg-danger-soft hover:text-danger-text',
      },
      size: { sm: 'size-6', md: 'size-8', lg: 'size-10' },
    },
    defaultVariants: { variant: 'ghost', size: 'md' },
  },
);

export interface IconButtonProps
  extends Omit<ComponentProps<'button'>, 'aria-label' | 'children'>,
    VariantProps<typeof iconButtonVariants> {
  /** What it does, in words: read out, and shown as a tooltip. */
  label: string;
  icon: ReactNode;
  busy?: boolean;
  /** A key that does the same, shown in the tooltip. */
  shortcut?: string;
  /** No tooltip, where the label is beside it anyway. */
  plain?: boolean;
}

/** A button that shows only an icon, and so must have a name. */
export function IconButton({
  label,
  icon,
  busy = false,
  shortcut,
  plain = false,
  variant,
  size,
  className,
  ...rest
}: IconButtonProps) {
  const button = (
    <button
      type="button"
      {...rest}
      aria-label={label}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest['aria-disabled']}
      onClick={busy ? undefined : rest.onClick}
      className={cn(iconButtonVariants({ variant, size }), className)}
    >
      {busy ? <Spinner /> : icon}
    </button>
  );
  if (plain) return button;
  return (
    <Tooltip content={label} shortcut={shortcut}>
      {button}
    </Tooltip>
  );
}

export interface IconLinkProps extends VariantProps<typeof iconButtonVariants> {
  /** What it leads to, in words: read out, and shown as a tooltip. */
  label: string;
  icon: ReactNode;
  /** An address of davit's own. */
  href: string;
  /** Saved as a file instead of shown. */
  download?: boolean;
}

/** A link that shows only an icon, looking as an IconButton does. */
export function IconLink({ label, icon, href, download = false, variant, size }: IconLinkProps) {
  return (
    <Tooltip content={label}>
      <a
        href={href}
        {...(download ? { download: '' } : {})}
        aria-label={label}
        className={cn(iconButtonVariants({ variant, size }))}
      >
        {icon}
      </a>
    </Tooltip>
  );
}
