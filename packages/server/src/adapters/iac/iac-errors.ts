import { defineErrors } from '../../kernel/app-error.ts';

export const iacErrors = defineErrors({
  IAC_ENGINE_MISSING: {
    kind: 'failed_precondition',
    message: 'The Pulumi CLI is not installed on this server.',
    hint: 'Install Pulumi 3.150 or newer and put `pulumi` on the PATH of the server (https://www.pulumi.com/docs/install).',
  },
  IAC_ENGINE_TOO_OLD: {
    kind: 'failed_precondition',
    message: 'The Pulumi CLI of this server is too old.',
    hint: 'Install Pulumi 3.150 or newer (https://www.pulumi.com/docs/install).',
  },
  IAC_MODULE_MISSING: {
    kind: 'failed_precondition',
    message: 'The folder of the module has neither module.ts nor module.js.',
    hint: 'Add the file to the repository, with an exported function `program`.',
  },
  IAC_STATE_UNREADABLE: {
    kind: 'internal',
    message: 'The state of the stack cannot be read.',
    hint: 'Restore an earlier checkpoint of the stack.',
  },
});
