import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { type FieldControlProps, useFieldControl } from './field.tsx';
import { inputVariants } from './input.tsx';
import { menuItemVariants, popupClasses } from './menu-items.ts';

export interface SelectOption<Value extends string = string> {
  /** Not empty: an empty value means that nothing is chosen. */
  value: Value;
  label: string;
  description?: string;
  icon?: ReactNode;
  disabled?: boolean;
}

export interface SelectProps<Value extends string = string> extends FieldControlProps {
  value: Value | undefined;
  onValueChange: (value: Value) => void;
  options: readonly SelectOption<Value>[];
  placeholder?: string;
  /** The name, where there is no Field around it. */
  'aria-label'?: string;
  name?: string;
  disabled?: boolean;
  size?: 'sm' | 'md' | 'lg';
  className?: string;
}

/** One of a few known values. For many, or for values that can be typed, see Combobox. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { value, onValueChange, options, placeholder = 'Choose…', name, disabled, size, className } = props;
  const { 'aria-required': required, ...control } = useFieldControl(props);
  return (
    <Radix.Root
      value={value ?? ''}
      onValueChange={(chosen) => {
        // Radix reports '' when the options change under it; that is nobody's choice.
        if (chosen !== '') onValueChange(chosen as Value);
      }}
      {...(name === undefined ? {} : { name })}
      {...(disabled === undefined ? {} : { disabled })}
      required={required === true}
    >
      <Radix.Trigger
        {...control}
        aria-label={props['aria-label']}
        className={cn(
          inputVariants({ inputSize: size }),
          'flex items-center justify-between gap-2 text-left data-placeholder:text-subtle [&>span]:truncate',
          className,
        )}
      >
        <Radix.Value placeholder={placeholder} />
        <Radix.Icon asChild>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-subtle" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className={cn(
            popupClasses,
            'max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) max-w-96',
          )}
        >
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                {...(option.disabled === undefined ? {} : { disabled: option.disabled })}
                className={cn(menuItemVariants(), 'pr-8')}
              >
                {option.icon}
                <span className="flex min-w-0 flex-col">
                  <Radix.ItemText>{option.label}</Radix.ItemText>
                  {option.description === undefined ? null : (
                    <span className="text-muted text-xs">{option.description}</span>
                  )}
                </span>
                <Radix.ItemIndicator className="absolute right-2">
                  <Check aria-hidden />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
