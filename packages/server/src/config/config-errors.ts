import { defineErrors } from '../kernel/app-error.ts';

/** What can be wrong with the environment that davit is started in. */
export const configErrors = defineErrors({
  CONFIG_INVALID: {
    kind: 'failed_precondition',
    message: 'Environment variables are wrong.',
    hint: 'Correct the listed variables and start davit again; docs/configuration.md has them all.',
  },
});
