/** The name that a repository or a folder suggests for its service. */
export function suggestServiceName(from: string): string {
  const last =
    from
      .replace(/[?#].*$/, '')
      .replace(/\/+$/, '')
      .split(/[/:]/)
      .at(-1) ?? '';
  return last
    .replace(/\.(?:git|tar|tgz|tzst|tar\.(?:gz|zst))$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '');
}
