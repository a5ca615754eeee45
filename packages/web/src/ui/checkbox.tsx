import { Check, Minus } from 'lucide-react';
import { Checkbox as Radix } from 'radix-ui';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from './cn.ts';

export interface CheckboxProps extends Omit<ComponentProps<typeof Radix.Root>, 'children'> {
  label: ReactNode;
  hint?: ReactNode;
}

/** Yes or no, within a form; `checked` may be `indeterminate`. */
export function Checkbox({ label, hint, className, ...rest }: CheckboxProps) {
  const id = useId();
  return (
    <div className={cn('flex items-start gap-2', className)}>
      <Radix.Root
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        {...rest}
        className={cn(
          'mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-sm border border-control bg-surface text-accent-fg disabled:opacity-50',
          'relative before:absolute before:-inset-2 data-[state=checked]:border-accent data-[state=checked]:bg-accent',
          'data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent',
        )}
      >
        <Radix.Indicator className="group flex">
          <Check aria-hidden className="size-3 group-data-[state=indeterminate]:hidden" strokeWidth={3} />
          <Minus aria-hidden className="hidden size-3 group-data-[state=indeterminate]:block" strokeWidth={3} />
        </Radix.Indicator>
      </Radix.Root>
      <div className="flex min-w-0 flex-col">
        <label htmlFor={rest.id ?? id} className="text-sm">
          {label}
        </label>
        {hint === undefined ? null : (
          <span id={`${id}-hint`} className="text-muted text-xs">
            {hint}
          </span>
        )}
      </div>
    </div>
  );
}
