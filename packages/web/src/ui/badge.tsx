import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';

/** The tones of badges, alerts and toasts. */
export type Tone = 'neutral' | 'accent' | 'success' | 'warning' | 'danger' | 'info';

/** Ground, edge and text of a tone. */
export const toneClasses: Record<Tone, string> = {
  neutral: 'border-idle-line bg-idle-soft text-idle-text',
  accent: 'border-accent-line bg-accent-soft text-accent-text',
  success: 'border-success-line bg-success-soft text-success-text',
  warning: 'border-warning-line bg-warning-soft text-warning-text',
  danger: 'border-danger-line bg-danger-soft text-danger-text',
  info: 'border-info-line bg-info-soft text-info-text',
};

const badgeVariants = cva(
  'inline-flex max-w-full items-center gap-1 whitespace-nowrap rounded-full border font-medium [&_svg]:shrink-0 [&_svg:not([class*=size-])]:size-3',
  {
    variants: { tone: toneClasses, size: { sm: 'h-5 px-1.5 text-[0.6875rem]', md: 'h-6 px-2 text-xs' } },
    defaultVariants: { tone: 'neutral', size: 'sm' },
  },
);

export interface BadgeProps extends ComponentProps<'span'>, VariantProps<typeof badgeVariants> {
  icon?: ReactNode;
}

/** A short word about something, beside it. For states of services, deployments and runs see StatusBadge. */
export function Badge({ tone, size, icon, className, children, ...rest }: BadgeProps) {
  return (
    <span {...rest} className={cn(badgeVariants({ tone, size }), className)}>
      {icon}
      <span className="truncate">{children}</span>
    </span>
  );
}
