import { ApiError } from '@davit/api';
import { expect, test } from 'vitest';
import { explainManifestError } from './explain-manifest-error.ts';

const problem = (code: string, faults: readonly string[] = []): ApiError => {
  const errors = faults.map((detail) => ({ pointer: '/manifest', detail }));
  const shared = { type: 'urn:davit:error:X', title: 'Bad request', status: 400, hint: 'x', requestId: 'req_1' };
  return new ApiError({ ...shared, code, detail: 'The manifest cannot be used', errors });
};
const several = {
  text: '',
  files: [
    { path: 'm/a.yaml', firstLine: 1 },
    { path: 'm/b.yaml', firstLine: 4 },
  ],
};

test('faults are told in the order of their lines, each with its file and the line in it', () => {
  const faults = [
    'line 9, column 2, spec.a: is missing',
    'line 3, column 1: there is no such field',
    'line 4, column 1: x',
  ];
  expect(explainManifestError(problem('MANIFEST_INVALID', faults), several)).toMatchObject({
    exitCode: 2,
    message: 'The manifest cannot be used: m/a.yaml, line 3, column 1: there is no such field',
    lines: ['  m/b.yaml, line 1, column 1: x', '  m/b.yaml, line 6, column 2, spec.a: is missing'],
  });
});

test('of one file the line is the place', () => {
  const thrown = problem('MANIFEST_INVALID', ['line 9, column 2: x']);
  expect(explainManifestError(thrown, { text: '', files: [] })).toMatchObject({
    message: 'The manifest cannot be used: line 9, column 2: x',
  });
});

test('a text that is too large is told as such, and anything else is left as it is', () => {
  expect(explainManifestError(problem('BODY_TOO_LARGE'), several)).toMatchObject({
    exitCode: 2,
    message: 'The manifests are larger than davit takes.',
  });
  const other = problem('PERMISSION_DENIED');
  expect(explainManifestError(other, several)).toBe(other);
});
