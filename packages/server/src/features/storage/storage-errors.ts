import { defineErrors } from '../../kernel/app-error.ts';

export const storageErrors = defineErrors({
  REGISTRY_NOT_SET: {
    kind: 'failed_precondition',
    message: 'Images are pushed to no registry: they stay in the container engine.',
    hint: 'Set REGISTRY_URL, and REGISTRY_USERNAME and REGISTRY_PASSWORD, where other machines are to have them.',
  },
  STORAGE_NOT_COLLECTED: {
    kind: 'failed_precondition',
    message: 'Not everything could be collected.',
    hint: 'The output of the run says what was freed, and what stood in the way. Mend that, and collect again.',
  },
});
