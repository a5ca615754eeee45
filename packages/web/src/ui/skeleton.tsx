import { cn } from './cn.ts';

/** Holds the place of something that is being loaded; give it the size of what will come, so that nothing jumps. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cn('block h-4 animate-shimmer rounded-md bg-selected motion-reduce:animate-none', className)}
    />
  );
}
