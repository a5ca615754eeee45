import { AppError } from '../../../kernel/app-error.ts';
import { diskFault, sourceErrors } from '../source-errors.ts';

/** The name of a hostile entry, fit to be shown: quoted, escaped and cut. */
function quoteEntry(name: string): string {
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
