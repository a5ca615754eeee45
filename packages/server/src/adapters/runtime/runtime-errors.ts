import { defineErrors } from '../../kernel/app-error.ts';

/** Why instances do not come up, in the words of whoever wrote the application. */
export const runtimeErrors = defineErrors({
  INSTANCE_EXITED: {
    kind: 'failed_precondition',
    message: 'The start command ended before the service answered.',
    hint: 'Look at the last lines of its output, or try the start command on your own machine.',
  },
  INSTANCE_NOT_LISTENING: {
    kind: 'failed_precondition',
    message: 'The service runs, but listens on no port.',
    hint: 'Listen on the port given in the environment variable PORT, or make it a worker service.',
  },
  INSTANCE_ON_OTHER_PORT: {
    kind: 'failed_precondition',
    message: 'The service listens on another port than the one in PORT.',
    hint: 'Read the port from the environment variable PORT.',
  },
  INSTANCE_UNHEALTHY: {
    kind: 'failed_precondition',
    message: 'The health check did not succeed in time.',
    hint: 'Open the health path yourself, or raise the health check timeout in the settings.',
  },
  TERMINAL_UNAVAILABLE: {
    kind: 'failed_precondition',
    message: 'No terminal can be opened in this instance now.',
    hint: 'Wait until the instance runs, and close terminals that are not needed.',
  },
});
