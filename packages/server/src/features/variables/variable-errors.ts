import { defineErrors } from '../../kernel/app-error.ts';

export const variableErrors = defineErrors({
  VARIABLE_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no variable with this name.',
    hint: 'List them with `davit env list`.',
  },
  VARIABLE_LIMIT: {
    kind: 'resource_exhausted',
    message: 'A service has at most 1,000 variables, and so has an environment.',
    hint: 'Remove some that are not used any more.',
  },
  VARIABLE_DOTENV_INVALID: {
    kind: 'invalid_argument',
    message: 'The dotenv text cannot be read.',
    hint: 'Write one NAME=value a line; values with special characters in quotes.',
  },
  VARIABLE_REFERENCE_BROKEN: {
    kind: 'failed_precondition',
    message: 'A variable refers to something that is not there.',
    hint: 'Correct the reference, or write `$${{` where no reference is meant.',
  },
  VARIABLE_RESOLVED_UNSUPPORTED: {
    kind: 'invalid_argument',
    message: 'Shared variables are put together for each service that has them.',
    hint: 'Ask for the resolved variables of a service.',
  },
  VARIABLE_CHANGE_NOT_FOUND: {
    kind: 'not_found',
    message: 'The history has no such change.',
    hint: 'List the changes that are kept with `davit env history`.',
  },
});
