import type { Credential } from '../../../data/use-credentials.ts';
import { Badge } from '../../../ui/badge.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';

/** When a credential ends; marked when that is near or past. */
export function ExpiryText({ credential: { expiresAt, warnings } }: { credential: Credential }) {
  if (expiresAt === null) return <span className="text-subtle">Never</span>;
  const isOver = Date.parse(expiresAt) < Date.now();
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <RelativeTime at={expiresAt} />
      {warnings.length === 0 ? null : <Badge tone={isOver ? 'danger' : 'warning'}>{isOver ? 'Expired' : 'Soon'}</Badge>}
    </span>
  );
}
