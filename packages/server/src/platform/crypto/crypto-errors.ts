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
  ROOT_KEY_MISMATCH: {
    kind: 'failed_precondition',
    message: 'The root key is not the one that this database was encrypted with.',
    hint: 'Give the right one by ROOT_KEY or ROOT_KEY_FILE, or restore `root-key` in DATA_DIR from a copy. After a change of the root key that was cut off, run `davit admin rotate-keys` again. Without the key the stored secrets cannot be read.',
  },
  ROOT_KEY_CHANGE_UNFINISHED: {
    kind: 'failed_precondition',
    message: 'A change of the root key was begun and has not ended.',
    hint: 'Run `davit admin rotate-keys` again; it goes on where it was.',
  },
  SECRET_UNREADABLE: {
    kind: 'internal',
    message: 'A stored secret cannot be decrypted.',
    hint: 'It was changed or moved in the database. Set it again, or restore a backup.',
  },
});
