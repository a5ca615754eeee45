import { defineErrors } from '../../kernel/app-error.ts';

/** What can be wrong with the database before it serves: its reachability and its schema. */
export const databaseErrors = defineErrors({
  DATABASE_UNREACHABLE: {
    kind: 'unavailable',
    message: 'The database cannot be reached.',
    hint: 'Check that PostgreSQL runs, and host, port, user, password and database name in DATABASE_URL.',
  },
  DATABASE_NOT_THE_KNOWN: {
    kind: 'failed_precondition',
    message:
      'The data folder belongs to another database than the one that is there, which does not know what runs here.',
    hint: 'Mend DATABASE_URL or mount the disk. If this database is meant, remove the file database.json in DATA_DIR and start again: what runs here and is not known to it will be ended.',
  },
  DATABASE_NEWER_THAN_CODE: {
    kind: 'failed_precondition',
    message: 'The database was migrated by a newer version of davit.',
    hint: 'Start the newer version, or restore the backup that was made before the upgrade.',
  },
  MIGRATION_CHANGED: {
    kind: 'failed_precondition',
    message: 'A migration that this database already has was changed afterwards.',
    hint: 'Restore the migration file as it was released; a change to the schema belongs in a new migration.',
  },
  MIGRATION_FAILED: {
    kind: 'failed_precondition',
    message: 'A migration failed. The database is as it was before that migration.',
    hint: 'Read the cause in the log, correct it in the database, and start davit again.',
  },
});
