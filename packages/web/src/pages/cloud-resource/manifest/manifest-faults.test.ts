import { expect, test } from 'vitest';
import { ApiError } from '../../../data/api-client.ts';
import { faultsOf, rangeOf } from './manifest-faults.ts';

const problem = (code: string, details: Record<string, unknown>) =>
  new ApiError({
    type: '',
    title: '',
    status: 400,
    code,
    detail: 'no',
    hint: '',
    requestId: '',
    errors: [],
    details,
  });

test('what the server found wrong is put in the order of the text', () => {
  const [late, early] = [
    { line: 7, column: 3, path: 'spec.a', message: 'b' },
    { line: 2, column: 1, path: 'kind', message: 'a' },
  ];
  expect(faultsOf(problem('MANIFEST_INVALID', { faults: [late, early, 'nonsense'] }))).toEqual([early, late]);
  expect(faultsOf(problem('PERMISSION_DENIED', { faults: [late] }))).toBeUndefined();
  expect(faultsOf(new Error('no'))).toBeUndefined();
});

test('a fault marks the word at its place, else its line, and never leaves the text', () => {
  const text = 'kind: X\nspec:\n  regoin: eu\n';
  const marked = (line: number, column: number) => {
    const { from, to } = rangeOf({ line, column }, text);
    return text.slice(from, to);
  };
  expect(marked(3, 3)).toBe('regoin');
  expect(marked(1, 7)).toBe('X');
  expect(marked(3, 40)).toBe('regoin: eu');
  expect(marked(99, 1)).toBe('');
});
