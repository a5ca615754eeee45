import { defineErrors } from './kernel/app-error.ts';

export const startErrors = defineErrors({
  HOST_NEEDS_ISOLATION: {
    kind: 'failed_precondition',
    message: 'davit listens to a network only where it can keep services apart.',
    hint: 'Run davit as root or install bubblewrap, or leave HOST at 127.0.0.1.',
  },
});
