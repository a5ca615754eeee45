/** What was written into the form: an id, or one `name=id` a line. */
export type ImportIds = { readonly ids: Readonly<Record<string, string>> } | { readonly fault: string };

const most = 50;

/** Reads ids of the provider, by the names that the program gives its resources; an id alone is that of the only one. */
export function readImportIds(text: string): ImportIds {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length === 0) return { fault: 'Needed: the id that the provider knows it by.' };
  if (lines.length > most) return { fault: `At most ${most} at a time.` };
  const [only = ''] = lines;
  if (lines.length === 1 && !only.includes('=')) return { ids: { '': only } };
  const pairs = lines.map((line) => [
    line.slice(0, line.indexOf('=')).trim(),
    line.slice(line.indexOf('=') + 1).trim(),
  ]);
  const bad = lines.find((line, index) => !line.includes('=') || pairs[index]?.includes(''));
  if (bad !== undefined) return { fault: `Write name=id, one a line; this is not: ${bad}` };
  const names = pairs.map(([name = '']) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { fault: `${twice} is there twice.` };
  return { ids: Object.fromEntries(pairs) as Record<string, string> };
}
