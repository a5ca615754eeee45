import { cn } from '../../ui/cn.ts';

/** A davit: the small crane on a ship's side that lowers boats; and the name. */
export function Logo({ withName = true, className }: { withName?: boolean; className?: string }) {
  return (
    <span className={cn('inline-flex items-center gap-2', className)}>
      <svg viewBox="0 0 24 24" className="size-6 text-accent" aria-hidden>
        <path
          d="M6 21V9a6 6 0 0 1 12 0v2"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.4"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        <path d="M13 14h10l-1.6 4a2 2 0 0 1-1.9 1.3h-3a2 2 0 0 1-1.9-1.3z" fill="currentColor" />
      </svg>
      <span className={cn('font-semibold text-lg tracking-tight', !withName && 'sr-only')}>davit</span>
    </span>
  );
}
