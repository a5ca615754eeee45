import { cn } from './cn.ts';

/** A key, or keys pressed together ("Ctrl K"). */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <kbd className={cn('inline-flex gap-0.5 font-sans', className)}>
      {keys.split(' ').map((key) => (
        <span
          key={key}
          className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border border-current/25 px-1 text-[0.6875rem] leading-none"
        >
          {key}
        </span>
      ))}
    </kbd>
  );
}
