import { cn } from './cn.ts';
import { absoluteTimeText, relativeTimeText } from './time-text.ts';
import { Tooltip } from './tooltip.tsx';
import { useTimedText } from './use-now.ts';

export interface RelativeTimeProps {
  /** ISO 8601, or milliseconds. */
  at: string | number;
  /** Only a title, no tab stop: where there are hundreds (the nodes of a canvas). */
  plain?: boolean;
  className?: string;
}

/** "2 min ago", kept right while it is shown; date and time on hover or focus. */
export function RelativeTime({ at, plain = false, className }: RelativeTimeProps) {
  const time = typeof at === 'number' ? at : Date.parse(at);
  const words = useTimedText((now) => relativeTimeText(time, now));
  if (Number.isNaN(time)) return null;
  const iso = new Date(time).toISOString();
  if (plain) {
    return (
      <time dateTime={iso} title={absoluteTimeText(time)} className={cn('whitespace-nowrap', className)}>
        {words}
      </time>
    );
  }
  return (
    <Tooltip content={absoluteTimeText(time)}>
      {/* the absolute time must be reachable by keyboard */}
      <time dateTime={iso} tabIndex={0} className={cn('whitespace-nowrap rounded-sm', className)}>
        {words}
      </time>
    </Tooltip>
  );
}
