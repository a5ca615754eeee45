import { cn } from './cn.ts';
import { durationText } from './time-text.ts';
import { useNow } from './use-now.ts';

export interface DurationProps {
  /** ISO 8601, or milliseconds. */
  from: string | number;
  /** The end; without it the time goes on. */
  to?: string | number | null | undefined;
  className?: string;
}

const milliseconds = (at: string | number): number => (typeof at === 'number' ? at : Date.parse(at));

/** How long something took, or takes so far. */
export function Duration({ from, to, className }: DurationProps) {
  const live = to === undefined || to === null;
  const now = useNow(live);
  const size = (live ? now : milliseconds(to)) - milliseconds(from);
  if (Number.isNaN(size)) return null;
  // While it runs whole seconds are enough: tenths would only flicker.
  const shown = live ? Math.max(0, Math.floor(size / 1_000)) * 1_000 : size;
  return (
    <span className={cn('whitespace-nowrap tabular-nums', className)}>
      {shown === 0 && live ? '0 s' : durationText(shown)}
    </span>
  );
}
