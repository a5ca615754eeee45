import { defineErrors } from '../../kernel/app-error.ts';

export const credentialErrors = defineErrors({
  CREDENTIAL_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such credential in your organization.',
    hint: 'List them with `davit credential list`.',
  },
  CREDENTIAL_NAME_TAKEN: {
    kind: 'already_exists',
    message: 'A credential of your organization has this name already.',
    hint: 'Choose another name, or replace its fields with `davit credential update`.',
  },
  CREDENTIAL_IN_USE: {
    kind: 'failed_precondition',
    message: 'Cloud resources were deployed with this credential.',
    hint: 'Destroy them first. When it is deleted by force, nothing of them can be changed or destroyed without another credential.',
  },
  CREDENTIAL_NOT_ROTATED: {
    kind: 'failed_precondition',
    message: 'There is no former version of this credential.',
    hint: 'It is kept from a change of the fields until a run has succeeded with the new ones.',
  },
  CREDENTIAL_OF_NO_REGISTRY: {
    kind: 'failed_precondition',
    message: 'This credential is not one of an image registry.',
    hint: 'Pulling and pushing can be tried with credentials of the provider docker_registry; `davit credential validate` tries others.',
  },
  CREDENTIAL_NONE_FITS: {
    kind: 'failed_precondition',
    message: 'No credential was found for this provider.',
    hint: 'Create one with `davit credential create`.',
  },
  CREDENTIAL_AMBIGUOUS: {
    kind: 'failed_precondition',
    message: 'Several credentials fit this provider.',
    hint: 'Name one in the manifest: `metadata.labels.credential`.',
  },
  CREDENTIAL_EXPIRED: {
    kind: 'failed_precondition',
    message: 'The credential has expired.',
    hint: 'Replace its fields with `davit credential update`, and give it another end.',
  },
});
