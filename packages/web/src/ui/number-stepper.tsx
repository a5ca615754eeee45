import { Minus, Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { cn } from './cn.ts';
import { type FieldControlProps, useFieldControl } from './field.tsx';
import { IconButton } from './icon-button.tsx';
import { inputVariants } from './input.tsx';

export interface NumberStepperProps extends FieldControlProps {
  value: number;
  onValueChange: (value: number) => void;
  min: number;
  max: number;
  step?: number;
  /** Said after the number ("instances"). */
  unit?: string;
  'aria-label'?: string;
  disabled?: boolean;
  className?: string;
}

/** A small whole number (replicas): typed, or changed by buttons and arrows; kept within its bounds. */
export function NumberStepper(props: NumberStepperProps) {
  const { value, onValueChange, min, max, step = 1, unit, disabled = false, className } = props;
  const control = useFieldControl(props);
  const [typed, setTyped] = useState(String(value));
  useEffect(() => setTyped(String(value)), [value]);
  const set = (next: number): void => {
    const bounded = Math.min(max, Math.max(min, next));
    setTyped(String(bounded));
    if (bounded !== value) onValueChange(bounded);
  };
  const commit = (): void => {
    const next = Number.parseInt(typed, 10);
    if (Number.isNaN(next)) setTyped(String(value));
    else set(next);
  };
  return (
    <div className={cn('inline-flex items-center gap-1', className)}>
      <IconButton
        plain
        variant="secondary"
        label="Less"
        icon={<Minus />}
        disabled={disabled || value <= min}
        onClick={() => set(value - step)}
      />
      <input
        {...control}
        type="text"
        inputMode="numeric"
        role="spinbutton"
        aria-valuenow={value}
        aria-valuemin={min}
        aria-valuemax={max}
        aria-valuetext={unit === undefined ? undefined : `${value} ${unit}`}
        aria-label={props['aria-label']}
        disabled={disabled}
        value={typed}
        onChange={(event) => setTyped(event.target.value.replaceAll(/[^\d-]/g, ''))}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'ArrowUp') set(value + step);
          else if (event.key === 'ArrowDown') set(value - step);
          else if (event.key === 'Home') set(min);
          else if (event.key === 'End') set(max);
          else {
            if (event.key === 'Enter') commit();
            return;
          }
          event.preventDefault();
        }}
        className={cn(inputVariants(), 'w-14 text-center tabular-nums')}
      />
      <IconButton
        plain
        variant="secondary"
        label="More"
        icon={<Plus />}
        disabled={disabled || value >= max}
        onClick={() => set(value + step)}
      />
      {unit === undefined ? null : <span className="ml-1 text-muted text-sm">{unit}</span>}
    </div>
  );
}
