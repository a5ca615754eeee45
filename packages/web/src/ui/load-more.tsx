import { Button } from './button.tsx';
import { cn } from './cn.ts';

export interface LoadMoreProps {
  hasMore: boolean;
  busy: boolean;
  onLoadMore: () => void;
  /** What there is more of: "deployments". */
  noun: string;
  className?: string;
}

/** The next page of a list, below it. */
export function LoadMore({ hasMore, busy, onLoadMore, noun, className }: LoadMoreProps) {
  if (!hasMore) return null;
  return (
    <div className={cn('flex justify-center py-3', className)}>
      <Button size="sm" busy={busy} onClick={onLoadMore}>
        Load more {noun}
      </Button>
    </div>
  );
}
