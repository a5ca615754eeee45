import { defineErrors } from '../../kernel/app-error.ts';

/** Why a command of a release cannot be run here. */
export const executorErrors = defineErrors({
  COMMAND_NEEDS_CONTAINERS: {
    kind: 'failed_precondition',
    message: 'This release is an image, and its commands run in containers; no Docker engine is used here.',
    hint: 'Deploy the service again, or an operator sets RUNTIME=docker.',
  },
  COMMAND_SOCKET_MISSING: {
    kind: 'unavailable',
    message: 'A socket that the command speaks to is not there.',
    hint: 'An operator looks whether what listens on it runs.',
  },
});
