import { RadioGroup as Radix } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { cn } from './cn.ts';
import { type FieldControlProps, useFieldControl, useFieldLabelId } from './field.tsx';

export interface RadioOption<Value extends string> {
  value: Value;
  label: ReactNode;
  description?: ReactNode;
  disabled?: boolean;
}

export interface RadioGroupProps<Value extends string> extends FieldControlProps {
  value: Value | undefined;
  onValueChange: (value: Value) => void;
  options: readonly RadioOption<Value>[];
  'aria-label'?: string;
  name?: string;
  /** Each option in a box of its own, for choices that need a sentence. */
  cards?: boolean;
  className?: string;
}

/** One of two to five values, all in view. */
export function RadioGroup<Value extends string>(props: RadioGroupProps<Value>) {
  const { value, onValueChange, options, name, cards = false, className } = props;
  const { 'aria-required': required, ...control } = useFieldControl(props);
  const labelId = useFieldLabelId();
  const id = useId();
  return (
    <Radix.Root
      {...control}
      value={value ?? null}
      onValueChange={(chosen) => onValueChange(chosen as Value)}
      aria-label={props['aria-label']}
      aria-labelledby={props['aria-label'] === undefined ? labelId : undefined}
      required={required === true}
      {...(name === undefined ? {} : { name })}
      className={cn('flex flex-col gap-2', className)}
    >
      {options.map((option) => {
        const optionId = `${id}-${option.value}`;
        return (
          <div
            key={option.value}
            className={cn(
              'relative flex items-start gap-2',
              cards &&
                'rounded-lg border p-3 hover:bg-hover has-data-[state=checked]:border-accent has-data-[state=checked]:bg-accent-soft',
            )}
          >
            <Radix.Item
              id={optionId}
              value={option.value}
              {...(option.disabled === undefined ? {} : { disabled: option.disabled })}
              aria-describedby={option.description === undefined ? undefined : `${optionId}-description`}
              className={cn(
                'mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-control bg-surface disabled:opacity-50',
                'data-[state=checked]:border-accent data-[state=checked]:bg-accent',
              )}
            >
              <Radix.Indicator className="size-1.5 rounded-full bg-accent-fg" />
            </Radix.Item>
            <div className="flex min-w-0 flex-col">
              {/* The whole card is the label. */}
              <label
                htmlFor={optionId}
                className={cn('text-sm', cards && "font-medium after:absolute after:inset-0 after:content-['']")}
              >
                {option.label}
              </label>
              {option.description === undefined ? null : (
                <span id={`${optionId}-description`} className="text-muted text-xs">
                  {option.description}
                </span>
              )}
            </div>
          </div>
        );
      })}
    </Radix.Root>
  );
}
