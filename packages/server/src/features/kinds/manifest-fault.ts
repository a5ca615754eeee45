import type { AppError } from '../../kernel/app-error.ts';
import { kindErrors } from './kind-errors.ts';

/** One thing that is wrong in a manifest, with where it is: line and column from 1, path as in `spec.tags.team`. */
export interface ManifestFault {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

/** More are not told: who corrects these sees the rest. */
const mostFaults = 50;

/** A path as people write it: `spec.rules[0].name`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

/** All faults of a manifest as one error; each names its place. */
export function manifestInvalid(faults: readonly ManifestFault[]): AppError {
  const fields = faults.slice(0, mostFaults).map(({ line, column, path, message }) => ({
    pointer: '/manifest',
    detail: `line ${line}, column ${column}${path === '' ? '' : `, ${path}`}: ${message}`,
  }));
  const [first] = fields;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  const message = `The manifest cannot be used: ${first?.detail ?? 'it is empty'}${more}`;
  return kindErrors.MANIFEST_INVALID({ message, fields, details: { faults: faults.slice(0, mostFaults) } });
}
