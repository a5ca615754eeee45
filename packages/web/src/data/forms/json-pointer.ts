/** The parts of a JSON pointer (RFC 6901), also of one in a URI fragment (`#/a%20b`), which is percent-encoded. */
export function parsePointer(pointer: string): string[] {
  const decode = pointer.startsWith('#') ? decodeURIComponent : (part: string): string => part;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => decode(part).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What a pointer leads to; undefined where there is nothing. */
export function lookUp(value: unknown, parts: readonly string[]): unknown {
  let found = value;
  for (const part of parts) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Record<string, unknown>)[part];
  }
  return found;
}
