import { defineErrors } from '../../kernel/app-error.ts';

export const exampleErrors = defineErrors({
  EXAMPLE_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such example.',
    hint: 'GET /v1/examples lists those that come with this davit.',
  },
});
