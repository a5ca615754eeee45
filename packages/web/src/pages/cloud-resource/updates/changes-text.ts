/** In the order in which people care. */
const order = ['delete', 'replace', 'update', 'create', 'read', 'import', 'refresh'];
const words: Record<string, string> = {
  create: 'created',
  update: 'changed',
  delete: 'deleted',
  replace: 'replaced',
  read: 'read',
  import: 'imported',
  refresh: 'refreshed',
};

/** How many resources an update (or a preview) touches, in words: "1 deleted, 2 created". */
export function changesText(changes: Readonly<Record<string, number>> | null, isPreview: boolean): string {
  if (changes === null) return '';
  const parts = order
    .filter((name) => (changes[name] ?? 0) > 0)
    .map((name) => `${changes[name]} ${words[name] ?? name}`);
  if (parts.length === 0) return 'nothing changes';
  return isPreview ? `would be: ${parts.join(', ')}` : parts.join(', ');
}
