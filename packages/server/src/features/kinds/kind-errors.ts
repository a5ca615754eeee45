import { defineErrors } from '../../kernel/app-error.ts';

export const kindErrors = defineErrors({
  MANIFEST_INVALID: {
    kind: 'invalid_argument',
    message: 'The manifest cannot be read.',
    hint: 'Correct the places listed in `errors`; `davit resource explain KIND` lists the fields of a kind.',
  },
  KIND_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is no such kind of cloud resource.',
    hint: 'List the kinds with `davit resource kinds`.',
  },
  KIND_MODULE_SCHEMA_INVALID: {
    kind: 'invalid_argument',
    message: 'The schema is no JSON Schema of an object.',
    hint: 'Give a JSON Schema with `"type": "object"`, or leave it out to accept every field.',
  },
});
