import { Badge } from '../../../ui/badge.tsx';
import { UserText } from '../../../ui/user-text.tsx';

/** The labels of a credential. */
export function LabelList({ labels }: { labels: Readonly<Record<string, string>> }) {
  const entries = Object.entries(labels);
  if (entries.length === 0) return <span className="text-subtle">–</span>;
  return (
    <span className="inline-flex min-w-0 flex-wrap gap-1">
      {entries.map(([key, value]) => (
        <Badge key={key}>
          <UserText text={value === '' ? key : `${key}=${value}`} />
        </Badge>
      ))}
    </span>
  );
}
