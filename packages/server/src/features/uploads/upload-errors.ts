import { defineErrors } from '../../kernel/app-error.ts';

/** What can be wrong with an upload beside its content, which `source-errors.ts` speaks of. */
export const uploadErrors = defineErrors({
  UPLOAD_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such upload.',
    hint: 'Upload the folder again and use the id of the answer.',
  },
  UPLOAD_REMOVED: {
    kind: 'failed_precondition',
    message: 'The upload was removed, since nothing had used it for a day.',
    hint: 'Upload the folder again.',
  },
  UPLOAD_INTERRUPTED: {
    kind: 'aborted',
    message: 'The upload ended before it was whole.',
    hint: 'Upload the folder again.',
  },
  UPLOAD_DISK_FULL: {
    kind: 'unavailable',
    message: 'The disk of the server is full, so the upload was not kept.',
    hint: 'Free some space below DATA_DIR, then try again.',
  },
});
