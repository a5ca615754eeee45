import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { useFieldControl } from './field.tsx';

/** The looks of everything one types into. 16 px on touch screens, since iOS zooms into anything smaller. */
export const inputVariants = cva(
  [
    'w-full min-w-0 rounded-md border border-control bg-surface text-fg transition-colors duration-100 pointer-coarse:text-[16px]',
    'hover:border-muted focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:bg-sunken disabled:text-subtle [&:is(input,textarea):read-only]:bg-sunken',
    'aria-invalid:border-danger',
  ],
  {
    variants: {
      inputSize: { sm: 'h-7 px-2 text-xs', md: 'h-8 px-2.5 text-sm', lg: 'h-10 px-3 text-base' },
      mono: { true: 'font-mono' },
    },
    defaultVariants: { inputSize: 'md' },
  },
);

export interface InputProps extends ComponentProps<'input'>, VariantProps<typeof inputVariants> {
  /** Inside, before the text (an icon). */
  leading?: ReactNode;
  /** Inside, after the text (a button, a unit). */
  trailing?: ReactNode;
}

/** A line of text. Inside a Field it is named and described by it. */
export function Input({ inputSize, mono, leading, trailing, className, ...rest }: InputProps) {
  const control = useFieldControl(rest);
  const input = (
    <input
      autoComplete="off"
      {...rest}
      {...control}
      className={cn(
        inputVariants({ inputSize, mono }),
        leading !== undefined && 'pl-8',
        trailing !== undefined && 'pr-9',
        leading === undefined && trailing === undefined && className,
      )}
    />
  );
  if (leading === undefined && trailing === undefined) return input;
  return (
    <span className={cn('relative flex w-full min-w-0 items-center', className)}>
      {leading === undefined ? null : (
        <span className="pointer-events-none absolute left-2.5 flex text-subtle [&_svg]:size-4">{leading}</span>
      )}
      {input}
      {trailing === undefined ? null : (
        <span className="absolute right-1 flex items-center text-subtle text-xs">{trailing}</span>
      )}
    </span>
  );
}
