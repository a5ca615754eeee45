import { defineErrors } from '../../kernel/app-error.ts';

/** Errors of the run engine: the ones a caller sees, and the ones that end a run. */
export const runErrors = defineErrors({
  RUN_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such run.',
    hint: 'List the deployments of the service to find its run.',
  },
  RUN_ALREADY_ENDED: {
    kind: 'failed_precondition',
    message: 'The run has already ended, so it cannot be canceled.',
    hint: 'Look at the outcome of the run; start a new one if it is not what you want.',
  },
  RUN_TIMED_OUT: {
    kind: 'deadline_exceeded',
    message: 'The run took longer than it may.',
    hint: 'Look at the output for what it was waiting for, then start it again.',
  },
  RUN_KIND_UNKNOWN: {
    kind: 'unimplemented',
    message: 'This version of davit does not know this kind of run.',
    hint: 'Bring all servers to the same version and start it again.',
  },
  RUN_INPUT_UNREADABLE: {
    kind: 'failed_precondition',
    message: 'This version of davit cannot read what the run was asked to do.',
    hint: 'The run was asked for by another version: start it again.',
  },
  RUN_ABANDONED: {
    kind: 'aborted',
    message: 'The server died each time it worked on this run, so it was given up.',
    hint: 'Look in the server log for why it died: memory and disk space are the usual causes.',
  },
  OUTSIDE_SYSTEM_DOWN: {
    kind: 'unavailable',
    message: 'A system that this step needs has failed several times in a row.',
    hint: 'Wait until that system answers again, then start the run again.',
  },
});
