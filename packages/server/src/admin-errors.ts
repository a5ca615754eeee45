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
