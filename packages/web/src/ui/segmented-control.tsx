import { RadioGroup as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export interface SegmentedControlProps<Value extends string> {
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly { value: Value; label: string; icon?: ReactNode; iconOnly?: boolean }[];
  'aria-label': string;
  size?: 'sm' | 'md';
  className?: string;
}

/** One of a few ways to see the same thing (a time range, table or text). A group of radio buttons. */
export function SegmentedControl<Value extends string>(props: SegmentedControlProps<Value>) {
  const { value, onValueChange, options, size = 'md', className } = props;
  return (
    <Radix.Root
      value={value}
      onValueChange={(chosen) => onValueChange(chosen as Value)}
      aria-label={props['aria-label']}
      orientation="horizontal"
      className={cn('inline-flex shrink-0 items-center gap-0.5 rounded-md border bg-sunken p-0.5', className)}
    >
      {options.map((option) => (
        <Radix.Item
          key={option.value}
          value={option.value}
          aria-label={option.label}
          title={option.iconOnly === true ? option.label : undefined}
          className={cn(
            'inline-flex items-center justify-center gap-1.5 rounded-sm border border-transparent px-2.5 text-muted text-sm transition-colors hover:text-fg',
            'data-[state=checked]:border-line-strong data-[state=checked]:bg-raised data-[state=checked]:text-fg [&_svg]:size-4',
            size === 'sm' ? 'h-6 px-2 text-xs' : 'h-7',
          )}
        >
          {option.icon}
          {option.iconOnly === true ? null : option.label}
        </Radix.Item>
      ))}
    </Radix.Root>
  );
}
