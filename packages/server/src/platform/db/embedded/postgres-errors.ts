import { defineErrors } from '../../../kernel/app-error.ts';

/** What can keep the embedded PostgreSQL from starting. */
export const postgresErrors = defineErrors({
  POSTGRES_NOT_AVAILABLE: {
    kind: 'failed_precondition',
    message: 'There is no embedded PostgreSQL for this machine.',
    hint: 'Install again with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own.',
  },
  POSTGRES_USER_MISSING: {
    kind: 'failed_precondition',
    message: 'PostgreSQL refuses to run as root, and no other user was found for it.',
    hint: 'Create one with `useradd --system davit-postgres`, start davit as another user than root, or set DATABASE_URL.',
  },
  POSTGRES_FOLDER_UNREACHABLE: {
    kind: 'failed_precondition',
    message: 'The user that PostgreSQL runs as cannot reach the data folder.',
    hint: 'Let others pass with `chmod o+x` on that folder, or choose another DATA_DIR, such as /var/lib/davit.',
  },
  POSTGRES_DATA_OTHER_VERSION: {
    kind: 'failed_precondition',
    message: 'The data folder belongs to another major version of PostgreSQL.',
    hint: 'Start the version of davit that made it and move the data with a backup and a restore.',
  },
  POSTGRES_PASSWORD_LOST: {
    kind: 'failed_precondition',
    message: 'The password of the embedded PostgreSQL does not fit its data.',
    hint: 'Restore the file `postgres/password` in DATA_DIR from a backup.',
  },
  POSTGRES_INIT_FAILED: {
    kind: 'failed_precondition',
    message: 'The data folder of PostgreSQL could not be made.',
    hint: 'Check the free space and the permissions of DATA_DIR. Nothing half-made is used: start davit again.',
  },
  POSTGRES_START_FAILED: {
    kind: 'failed_precondition',
    message: 'PostgreSQL ended while it started.',
    hint: 'Read `postgres/postgres.log` in DATA_DIR; a full disk and missing permissions are the usual causes.',
  },
  POSTGRES_NOT_READY: {
    kind: 'unavailable',
    message: 'PostgreSQL runs but does not answer yet.',
    hint: 'It may be recovering after a crash, which goes on by itself. Read `postgres/postgres.log` in DATA_DIR and start davit again.',
  },
  POSTGRES_SOCKET_PATH_TOO_LONG: {
    kind: 'failed_precondition',
    message: 'No folder is short enough for the socket of PostgreSQL.',
    hint: 'Choose a DATA_DIR of at most 80 bytes.',
  },
});
