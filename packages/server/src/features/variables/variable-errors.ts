import { defineErrors } from '../../kernel/app-error.ts';

export const variableErrors = defineErrors({
  VARIABLE_NOT_FOUND: {
    kind: 'not_found',
    message: 'The service has no variable with this name.',
    hint: 'List them with `davit env list`.',
  },
  VARIABLE_LIMIT: {
    kind: 'resource_exhausted',
    message: 'A service has at most 1,000 variables.',
    hint: 'Remove some that are not used any more.',
  },
  VARIABLE_DOTENV_INVALID: {
    kind: 'invalid_argument',
    message: 'The dotenv text cannot be read.',
    hint: 'Write one NAME=value a line; values with special characters in quotes.',
  },
});
