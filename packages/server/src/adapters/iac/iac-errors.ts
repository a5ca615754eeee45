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
    message: 'The folder of the module has neither module.ts nor module.js nor Pulumi.yaml.',
    hint: 'Add the file to the repository: module.ts with an exported function `program`, or a Pulumi program with its Pulumi.yaml.',
  },
  IAC_PROJECT_INVALID: {
    kind: 'failed_precondition',
    message: 'The Pulumi.yaml of the module cannot be used.',
    hint: 'Correct the file; `runtime` names the language of the program.',
  },
  IAC_LANGUAGE_UNKNOWN: {
    kind: 'failed_precondition',
    message: 'The module is written in a language that davit does not know.',
    hint: 'Set `runtime` in Pulumi.yaml to nodejs, python, go, java, dotnet or yaml.',
  },
  IAC_LANGUAGE_MISSING: {
    kind: 'failed_precondition',
    message: 'What runs programs in the language of the module is not installed on this server.',
    hint: 'Install the language and its Pulumi language host on the server.',
  },
  IAC_STATE_UNREADABLE: {
    kind: 'internal',
    message: 'The state of the stack cannot be read.',
    hint: 'Restore an earlier checkpoint of the stack.',
  },
  IAC_STATE_REFUSED: {
    kind: 'invalid_argument',
    message: 'This is no state of this stack.',
    hint: 'Start from what `davit resource state export` writes for this very resource.',
  },
});
