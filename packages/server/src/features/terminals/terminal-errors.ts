import { defineErrors } from '../../kernel/app-error.ts';

export const terminalErrors = defineErrors({
  INSTANCE_NOT_FOUND: {
    kind: 'not_found',
    message: 'The service has no such instance.',
    hint: 'List the instances of the service: each deployment and restart makes new ones.',
  },
});
