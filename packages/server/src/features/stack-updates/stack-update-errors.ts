import { defineErrors } from '../../kernel/app-error.ts';

export const stackUpdateErrors = defineErrors({
  STACK_UPDATE_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such stack update.',
    hint: 'List the updates with `davit stack-update list`.',
  },
  STACK_UPDATE_NOT_ENDED: {
    kind: 'failed_precondition',
    message: 'This stack update has not ended.',
    hint: 'Wait for it, or cancel it first.',
  },
  STACK_UPDATE_FAILED: {
    kind: 'failed_precondition',
    message: 'Pulumi ended with an error.',
    hint: 'Look at the output with `davit stack-update logs`; retry with `davit stack-update retry`.',
  },
  STACK_MODULE_UNUSABLE: {
    kind: 'failed_precondition',
    message: 'The module of this kind cannot be used.',
    hint: 'Correct the repository, or point the kind at another one.',
  },
});
