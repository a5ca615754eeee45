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
    hint: 'Look at the output for what failed. When the cause is mended, try again: what is there already stays as it is.',
  },
  STACK_ASKER_GONE: {
    kind: 'failed_precondition',
    message: 'Nobody who asked for this is a member of the organization any more.',
    hint: 'Ask for it again yourself: what davit does in its own name, it does in yours.',
  },
  STACK_UPDATE_NOT_WAITING: {
    kind: 'failed_precondition',
    message: 'This stack update does not wait for a decision.',
    hint: 'Only a deployment waits that was previewed and changes something; `davit stack-update get` shows where it stands.',
  },
  STACK_UPDATE_DECIDED: {
    kind: 'failed_precondition',
    message: 'It was decided about this stack update already, or it has ended.',
    hint: 'Look at it with `davit stack-update get`; deploy again if it is not what you want.',
  },
  STACK_APPROVAL_BY_REQUESTER: {
    kind: 'permission_denied',
    message: 'Who asked for this deployment cannot approve it: its environment wants another member to do so.',
    hint: 'Ask another member who may deploy; an API token counts as its owner.',
  },
  STACK_APPROVAL_REQUIRED: {
    kind: 'failed_precondition',
    message: 'The environment has come to want the approval of another member since this deployment was asked for.',
    hint: 'Deploy again: it is then previewed, and waits for approval.',
  },
  STACK_APPROVAL_VOID: {
    kind: 'failed_precondition',
    message: 'Whoever approved this deployment may not deploy here any more, so that the approval does not count.',
    hint: 'Deploy again, and let another member approve it.',
  },
  STACK_PLAN_OUTDATED: {
    kind: 'failed_precondition',
    message: 'The state of the stack has changed since it was previewed, so that the preview does not hold.',
    hint: 'Deploy again to see what it would change now.',
  },
  STACK_PLAN_NOT_MET: {
    kind: 'failed_precondition',
    message: 'The deployment would have done something else than what was previewed, and was stopped.',
    hint: 'Look at the output for what differs; deploy again to preview what it would change now.',
  },
  STACK_MODULE_UNUSABLE: {
    kind: 'failed_precondition',
    message: 'The module of this kind cannot be used.',
    hint: 'Correct the repository, or point the kind at another one.',
  },
  STACK_STATE_GONE: {
    kind: 'failed_precondition',
    message: 'The state that this update put in place is not kept with it any more.',
    hint: 'Restore it from its checkpoint: `davit resource state list` shows those that are kept.',
  },
});
