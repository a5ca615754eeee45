const offered: readonly (number | null)[] = [null, 1, 6, 12, 24, 72, 168];

/** How often is looked for drift, in words. */
export function hoursText(hours: number | null): string {
  if (hours === null) return 'Only when somebody asks';
  if (hours === 1) return 'Every hour';
  if (hours === 24) return 'Every day';
  if (hours === 168) return 'Every week';
  return hours % 24 === 0 ? `Every ${hours / 24} days` : `Every ${hours} hours`;
}

/** What can be chosen: the usual ones, and what is set now where that is none of them. */
export function hoursChoices(now: number | null): { value: string; label: string }[] {
  const all = offered.includes(now) ? offered : [...offered, now];
  return all
    .toSorted((one, other) => (one ?? 0) - (other ?? 0))
    .map((hours) => ({ value: String(hours ?? 'never'), label: hoursText(hours) }));
}

/** What a chosen value stands for. */
export function hoursOf(value: string): number | null {
  return value === 'never' ? null : Number(value);
}
