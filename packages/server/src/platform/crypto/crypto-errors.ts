import { defineErrors } from '../../kernel/app-error.ts';

/** What can be wrong with keys and with what they protect. */
export const cryptoErrors = defineErrors({
  SECRET_FILE_EXPOSED: {
    kind: 'failed_precondition',
    message: 'A file with a secret can be read by others on this machine.',
    hint: 'Take it back with `chmod 600 FILE`; when others may have read it, replace the secret.',
  },
  SECRET_FILE_EMPTY: {
    kind: 'failed_precondition',
    message: 'A file that must hold a secret is empty.',
    hint: 'Restore it from a backup. A new secret cannot stand in for the old one.',
  },
});
