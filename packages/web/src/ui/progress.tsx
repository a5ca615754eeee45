import { Progress as Radix } from 'radix-ui';
import { cn } from './cn.ts';

export interface ProgressProps {
  label: string;
  /** 0 to 1; without it the length is not known. */
  value?: number;
  className?: string;
}

/** How far something is. */
export function Progress({ label, value, className }: ProgressProps) {
  const share = value === undefined ? undefined : Math.min(1, Math.max(0, value));
  return (
    <Radix.Root
      aria-label={label}
      value={share === undefined ? null : Math.round(share * 100)}
      className={cn('h-1.5 w-full overflow-hidden rounded-full bg-selected', className)}
    >
      <Radix.Indicator
        style={{ width: share === undefined ? '40%' : `${share * 100}%` }}
        className={cn(
          'h-full rounded-full bg-accent transition-[width] duration-200',
          share === undefined && 'animate-shimmer',
        )}
      />
    </Radix.Root>
  );
}
