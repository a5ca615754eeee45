import { defineErrors } from '../../kernel/app-error.ts';

export const cloudResourceErrors = defineErrors({
  CLOUD_RESOURCE_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such cloud resource.',
    hint: 'List the cloud resources with `davit resource list`.',
  },
  CLOUD_RESOURCE_BEING_DELETED: {
    kind: 'failed_precondition',
    message: 'This cloud resource is being deleted.',
    hint: 'Wait for the deletion; when it fails, retry it, or delete the resource with --orphan.',
  },
  CLOUD_RESOURCE_MOVED: {
    kind: 'failed_precondition',
    message: 'The stack of this manifest belongs to a cloud resource of another kind or name.',
    hint: 'Change `metadata.name`, or the labels that name the stack.',
  },
  CLOUD_RESOURCE_TOO_LARGE: {
    kind: 'invalid_argument',
    message: 'The manifest of one resource is larger than 64 KiB.',
    hint: 'Split it up: a program gets its input in one variable of its environment.',
  },
  CLOUD_RESOURCE_VALUE_MISSING: {
    kind: 'failed_precondition',
    message: 'A value that the manifest takes from another resource is not there.',
    hint: 'Deploy the other resource first.',
  },
  CLOUD_RESOURCE_SPEC_INVALID: {
    kind: 'failed_precondition',
    message: 'With the values of other resources put in, the manifest is not what its kind takes.',
    hint: 'Look at the outputs that it refers to, and at `davit resource explain KIND`.',
  },
  CLOUD_RESOURCE_NOT_DEPLOYED: {
    kind: 'failed_precondition',
    message: 'Nothing of this cloud resource is deployed.',
    hint: 'Deploy it first, with `davit resource deploy`.',
  },
  CLOUD_RESOURCE_BUSY: {
    kind: 'failed_precondition',
    message: 'Something is being done with this cloud resource.',
    hint: 'Wait for it, or cancel it with `davit stack-update cancel`.',
  },
  CHECKPOINT_NOT_FOUND: {
    kind: 'not_found',
    message: 'This cloud resource has no such checkpoint.',
    hint: 'List those that are kept with `davit resource state list`; the last 20 are.',
  },
});
