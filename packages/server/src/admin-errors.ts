import { defineErrors } from './kernel/app-error.ts';

/** What keeps an operator's command from being done on this machine. */
export const adminErrors = defineErrors({
  ADMIN_USAGE: {
    kind: 'invalid_argument',
    message: 'The command is not understood.',
    hint: '`davit admin --help` shows what there is.',
  },
  ADMIN_OTHER_USER: {
    kind: 'failed_precondition',
    message: 'The data folder belongs to another user.',
    hint: 'Run the command as the user that davit runs as (`sudo -u USER davit admin …`): what root writes there, davit could not read.',
  },
  ADMIN_INTERRUPTED: {
    kind: 'canceled',
    message: 'The command was interrupted.',
    hint: 'Start it again: nothing half made was kept.',
  },
  SERVER_SETTINGS_MISSING: {
    kind: 'failed_precondition',
    message: 'This shell lacks secrets that the server has.',
    hint: 'Load the file with the settings of the server first, such as `set -a; . /etc/davit/server.env; set +a`. To do without one on purpose, set it to nothing (`NAME= davit admin …`).',
  },
  ROOT_KEY_IN_ENVIRONMENT: {
    kind: 'failed_precondition',
    message: 'The root key comes from ROOT_KEY: davit cannot put another one there.',
    hint: 'Write the key into a file of mode 0600, start davit with ROOT_KEY_FILE in place of ROOT_KEY, and change it then.',
  },
  ROOT_KEY_MISSING: {
    kind: 'failed_precondition',
    message: 'There is no root key here.',
    hint: 'Put the root key of the installation that made the backup into DATA_DIR/root-key (mode 0600), or name it in ROOT_KEY_FILE. Nothing was written.',
  },
});
