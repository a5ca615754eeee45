import { expect, test } from 'vitest';
import { withAdvice } from './advice.ts';

test('below each failure is what to do about it, and below several with the same advice once', () => {
  const failures = [
    { line: '  bucket: no credential fits.', hint: 'Create one.' },
    { line: '  robot: no credential fits.', hint: 'Create one.' },
    { line: '  table: it took too long.', hint: 'Try again.' },
    { line: '  queue: it broke.', hint: null },
  ];
  expect(withAdvice(failures)).toEqual([
    '  bucket: no credential fits.',
    '    hint: Create one.',
    '  robot: no credential fits.',
    '  table: it took too long.',
    '    hint: Try again.',
    '  queue: it broke.',
  ]);
});
