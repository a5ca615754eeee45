/** Adds the parts of a query that are set to a path. */
export function withQuery(path: string, query: object): string {
  const set = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) set.set(name, String(value));
  return set.size === 0 ? path : `${path}?${set.toString()}`;
}
