import { Badge } from '../../../ui/badge.tsx';

const looks = {
  created: { tone: 'success', label: 'Added' },
  updated: { tone: 'warning', label: 'Changed' },
  deleted: { tone: 'danger', label: 'Removed' },
} as const;

/** What is done to a variable. */
export function ChangeBadge({ change }: { change: keyof typeof looks }) {
  const { tone, label } = looks[change];
  return <Badge tone={tone}>{label}</Badge>;
}
