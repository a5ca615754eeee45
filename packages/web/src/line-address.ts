/** Lines of a log as an address names them: `12`, or `12-20`. */
export type LineAddress = number | `${number}-${number}`;

/** Both ends included. */
interface Lines {
  from: number;
  to: number;
}

const isLine = (number: number): boolean => Number.isSafeInteger(number) && number > 0;

/** Reads what stands in an address; undefined for what names no lines. The ends may stand in either order. */
export function parseLineAddress(raw: unknown): LineAddress | undefined {
  const [, first = '', second] = /^(\d+)(?:-(\d+))?$/.exec(String(raw)) ?? [];
  const [from, to] = [Number(first), Number(second ?? first)];
  return isLine(from) && isLine(to) ? addressOfLines({ from, to }) : undefined;
}

/** The lines that an address names. */
export function linesOf(address: LineAddress): Lines {
  const [from = 0, to = from] = String(address).split('-').map(Number);
  return { from, to };
}

/** The address of some lines. */
export function addressOfLines({ from, to }: Lines): LineAddress {
  if (from === to) return from;
  return `${Math.min(from, to)}-${Math.max(from, to)}`;
}
