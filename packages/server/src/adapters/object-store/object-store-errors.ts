import { defineErrors } from '../../kernel/app-error.ts';

/** What can be wrong with a place where files are kept. */
export const objectStoreErrors = defineErrors({
  OBJECT_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such file in the store.',
    hint: 'List what is there; it may have been removed meanwhile.',
  },
  OBJECT_STORE_FAILED: {
    kind: 'unavailable',
    message: 'The store of files does not answer as it should.',
    hint: 'Check that it runs and can be reached, and that the key may write, list and delete there.',
  },
  OBJECT_STORE_REFUSED: {
    kind: 'failed_precondition',
    message: 'The store of files refuses the key, or there is no such bucket.',
    hint: 'Check the name of the bucket, the region, and what the key may do there.',
  },
});
