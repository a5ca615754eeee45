import { Slider as Radix } from 'radix-ui';
import { cn } from './cn.ts';

export interface SliderProps {
  value: number;
  onValueChange: (value: number) => void;
  /** When the hand lets go: the moment to save. */
  onValueCommit?: (value: number) => void;
  min: number;
  max: number;
  step?: number;
  'aria-label': string;
  disabled?: boolean;
  className?: string;
}

/** A number on a line. */
export function Slider({
  value,
  onValueChange,
  onValueCommit,
  min,
  max,
  step = 1,
  disabled,
  className,
  ...rest
}: SliderProps) {
  return (
    <Radix.Root
      value={[value]}
      min={min}
      max={max}
      step={step}
      {...(disabled === undefined ? {} : { disabled })}
      onValueChange={([next]) => onValueChange(next ?? value)}
      onValueCommit={([next]) => onValueCommit?.(next ?? value)}
      className={cn('relative flex h-6 w-full touch-none select-none items-center data-disabled:opacity-50', className)}
    >
      <Radix.Track className="relative h-1 grow rounded-full bg-control/40">
        <Radix.Range className="absolute h-full rounded-full bg-accent" />
      </Radix.Track>
      <Radix.Thumb
        aria-label={rest['aria-label']}
        className="block size-4 rounded-full border-2 border-accent bg-surface"
      />
    </Radix.Root>
  );
}
