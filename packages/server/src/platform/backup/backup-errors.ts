import { defineErrors } from '../../kernel/app-error.ts';

/** What can be wrong with a backup of the platform, and with where it is to be restored. */
export const backupErrors = defineErrors({
  BACKUP_FILE_UNREADABLE: {
    kind: 'invalid_argument',
    message: 'The file is no backup of davit.',
    hint: 'Name a file that `davit admin backup` has made.',
  },
  BACKUP_FILE_DAMAGED: {
    kind: 'failed_precondition',
    message: 'The backup is cut short, or was changed after it was made.',
    hint: 'Fetch it again from where it is kept, or take another one. Nothing was written.',
  },
  BACKUP_NEWER_THAN_CODE: {
    kind: 'failed_precondition',
    message: 'The backup was made by a newer version of davit.',
    hint: 'Install that version or a later one, and restore with it. Nothing was written.',
  },
  BACKUP_OF_ANOTHER_KEY: {
    kind: 'failed_precondition',
    message: 'The root key is not the one that the secrets in this backup are encrypted with.',
    hint: 'Put the root key of the installation that made the backup into DATA_DIR/root-key (mode 0600), or name it in ROOT_KEY_FILE. Nothing was written.',
  },
  RESTORE_NOT_EMPTY: {
    kind: 'failed_precondition',
    message: 'This installation is not empty.',
    hint: 'Restore into a DATA_DIR and a database that hold nothing yet, so that nothing is lost by it.',
  },
  RESTORE_SERVER_RUNS: {
    kind: 'failed_precondition',
    message: 'A server works on this installation.',
    hint: 'Stop it with `davit down`, or the service that runs it, and restore then.',
  },
  RESTORE_DIFFERS: {
    kind: 'internal',
    message: 'What was restored is not what the backup holds.',
    hint: 'Nothing was kept of it. Report it, with the message.',
  },
  BACKUP_UPLOAD_UNREADABLE: {
    kind: 'failed_precondition',
    message: 'An archive that a service is built from cannot be read, so the backup would not be whole.',
    hint: 'Give davit leave to read the file, or put it back from an older copy of DATA_DIR/uploads. Where it is lost, deploy its service again from its folder: a day after nothing uses the upload any more, davit forgets it, and backups are made again.',
  },
  BACKUP_PLACE_FAILED: {
    kind: 'unavailable',
    message: 'The place where backups are kept does not take them.',
    hint: 'Check BACKUP_TO, the BACKUP_S3_… settings, and the room that is left there.',
  },
});
