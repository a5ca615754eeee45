import { Switch as Radix } from 'radix-ui';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from './cn.ts';

export interface SwitchProps extends Omit<ComponentProps<typeof Radix.Root>, 'children'> {
  label: ReactNode;
  hint?: ReactNode;
  /** The label is read out but not shown. */
  hideLabel?: boolean;
}

/** On or off, at once. For a yes or no that waits for a save, see Checkbox. */
export function Switch({ label, hint, hideLabel = false, className, ...rest }: SwitchProps) {
  const id = useId();
  return (
    <div className={cn('flex items-center justify-between gap-4', className)}>
      <div className={cn('flex min-w-0 flex-col', hideLabel && 'sr-only')}>
        <label htmlFor={rest.id ?? id} className="font-medium text-sm">
          {label}
        </label>
        {hint === undefined ? null : (
          <span id={`${id}-hint`} className="text-muted text-xs">
            {hint}
          </span>
        )}
      </div>
      <Radix.Root
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        {...rest}
        className={cn(
          'relative inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-control bg-selected transition-colors before:absolute before:-inset-1',
          'disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent',
        )}
      >
        <Radix.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-control transition-transform data-[state=checked]:translate-x-4.5 data-[state=checked]:bg-white" />
      </Radix.Root>
    </div>
  );
}
