import { ApiError } from '../../../data/api-client.ts';

/** One thing that is wrong in a manifest; line and column from 1. */
export interface ManifestFault {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

function isFault(value: unknown): value is ManifestFault {
  if (typeof value !== 'object' || value === null) return false;
  const { line, column, message } = value as Partial<ManifestFault>;
  return typeof line === 'number' && typeof column === 'number' && typeof message === 'string';
}

/** The faults that the server found in a manifest, in the order of the text; undefined where it refused it for something else. */
export function faultsOf(error: unknown): readonly ManifestFault[] | undefined {
  if (!(error instanceof ApiError) || error.code !== 'MANIFEST_INVALID') return undefined;
  const { faults } = (error.problem.details ?? {}) as { faults?: unknown };
  if (!Array.isArray(faults)) return undefined;
  return faults.filter(isFault).toSorted((one, other) => one.line - other.line || one.column - other.column);
}

/** Where a fault is in a text: from its place to the end of that word, never of nothing. */
export function rangeOf(
  { line, column }: Pick<ManifestFault, 'line' | 'column'>,
  text: string,
): { from: number; to: number } {
  const lines = text.split('\n');
  const index = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, index).reduce((sum, each) => sum + each.length + 1, 0);
  const content = lines[index] ?? '';
  const at = Math.min(Math.max(column, 1) - 1, content.length);
  const word = /^[^\s:,[\]{}]+/.exec(content.slice(at))?.[0].length ?? 0;
  if (word > 0) return { from: start + at, to: start + at + word };
  // Behind the last letter of a line: the line itself.
  const first = content.search(/\S/);
  return first === -1 || first >= content.length
    ? { from: start, to: start + content.length }
    : { from: start + first, to: start + content.length };
}
