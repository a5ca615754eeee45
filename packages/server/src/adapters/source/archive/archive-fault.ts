import { AppError } from '../../../kernel/app-error.ts';
import { sourceErrors } from '../source-errors.ts';

/** What one archive may hold. The defaults are far above any source worth building. */
export interface ArchiveLimits {
  /** Content of all files together, in bytes. */
  readonly bytes: number;
  /** Entries of every kind, folders that are only implied included. */
  readonly entries: number;
  /** Content of one file, in bytes. */
  readonly fileBytes: number;
  /** Folders above a file. */
  readonly depth: number;
  /** Unpacked bytes for each packed one, judged from 64 MiB on: a bomb has about 1,000, source code 3 to 10. */
  readonly ratio: number;
}

export const defaultArchiveLimits: ArchiveLimits = {
  bytes: 2 * 1024 ** 3,
  entries: 200_000,
  fileBytes: 1024 ** 3,
  depth: 100,
  ratio: 200,
};

/** The name of a hostile entry, fit to be shown: quoted, escaped and cut. */
export function quoteEntry(name: string): string {
  const shown = name.length > 200 ? `${name.slice(0, 200)}…` : name;
  return JSON.stringify(shown).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** An entry that is not unpacked; `fault` ends the sentence "it …". */
export function refusedEntry(name: string, fault: string): AppError {
  const detail = `The entry ${quoteEntry(name)} ${fault}.`;
  return sourceErrors.ARCHIVE_ENTRY_REFUSED({
    message: detail,
    fields: [{ pointer: '/archive', detail }],
    details: { entry: name.slice(0, 200) },
  });
}

/** An archive that passes one of its limits. */
export function tooLarge(fault: string): AppError {
  return sourceErrors.ARCHIVE_TOO_LARGE({
    message: `The archive is refused: ${fault}.`,
    fields: [{ pointer: '/archive', detail: fault }],
  });
}

/** A full disk as an AppError, since a person can act on it; everything else as it is. */
export function diskFault(thrown: unknown): unknown {
  const code = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' ? sourceErrors.SOURCE_DISK_FULL({ cause: thrown }) : thrown;
}

/** What reading an archive failed with, as an AppError: a fault of the disk is not one of the archive. */
export function archiveFault(thrown: unknown): AppError {
  const fault = diskFault(thrown);
  if (fault instanceof AppError) return fault;
  if (fault instanceof Error && (fault as NodeJS.ErrnoException).syscall !== undefined) return AppError.from(fault);
  return sourceErrors.ARCHIVE_DAMAGED({
    cause: thrown,
    fields: [{ pointer: '/archive', detail: 'is not a tar archive, or a damaged one' }],
  });
}
