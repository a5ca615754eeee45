import { defineErrors } from './kernel/app-error.ts';

export const startErrors = defineErrors({
  HOST_NEEDS_ISOLATION: {
    kind: 'failed_precondition',
    message: 'davit listens to a network only where it can keep services apart.',
    hint: 'Run davit as root or install bubblewrap, or leave HOST at 127.0.0.1.',
  },
  EXTRA_CA_FILE_EMPTY: {
    kind: 'failed_precondition',
    message:
      'The file of EXTRA_CA_FILE can be read by davit alone, and holds no certificate that could be given to builds.',
    hint: 'Name a bundle of certificates in PEM, or let others read the file where it has another form: `chmod 644 FILE`.',
  },
});
