import type { VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { useFieldControl } from './field.tsx';
import { inputVariants } from './input.tsx';

export interface TextareaProps extends ComponentProps<'textarea'>, Pick<VariantProps<typeof inputVariants>, 'mono'> {}

/** Text of several lines. */
export function Textarea({ mono, className, ...rest }: TextareaProps) {
  const control = useFieldControl(rest);
  return (
    <textarea
      rows={4}
      {...rest}
      {...control}
      className={cn(inputVariants({ mono }), 'h-auto min-h-16 resize-y py-1.5 leading-5', className)}
    />
  );
}
