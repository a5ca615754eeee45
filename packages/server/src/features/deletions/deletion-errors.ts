import { defineErrors } from '../../kernel/app-error.ts';

export const deletionErrors = defineErrors({
  DELETION_WAITED_IN_VAIN: {
    kind: 'failed_precondition',
    message: 'Something of a service did not end in time.',
    hint: 'Look at the runs of the service, then ask for the deletion again.',
  },
});
