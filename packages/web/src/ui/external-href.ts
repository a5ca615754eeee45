/**
 * The address of a link to another site, or undefined when it may not be one: only http and https, no user or password in it (what stands before the @ can look
 * like the host). Never `javascript:`, `data:` or a path of our own.
 */
export function externalHref(url: string): string | undefined {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return undefined;
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return undefined;
  if (parsed.username !== '' || parsed.password !== '') return undefined;
  return parsed.href;
}
