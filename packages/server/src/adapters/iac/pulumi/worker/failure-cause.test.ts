import { expect, test } from 'vitest';
import { failureCause } from './failure-cause.ts';

const ended = (...lines: string[]) => new Error(['code: 255', ' stdout: Updating (prod):', ...lines].join('\n'));

test.each([
  ['one error', ['    error: Invalid URL'], 'Invalid URL'],
  ['both streams', ['    error: Invalid URL', ' stderr:', 'error: Invalid URL'], 'Invalid URL'],
  ['what comes of every failure, before', ['error: update failed', 'error: Invalid URL'], 'Invalid URL'],
  ['what comes of every failure, after', ['error: Invalid URL', 'error: destroy failed'], 'Invalid URL'],
  ['nothing else than that', ['error: update failed'], 'update failed'],
  ['two errors', ['error: no such bucket', 'error: no such role'], 'no such bucket; no such role'],
  [
    'a list',
    ['error: creating a bucket: 2 errors occurred:', '', '1) no such region', '2) no such key'],
    'creating a bucket: 2 errors occurred: 1) no such region; 2) no such key',
  ],
  [
    'a list, after which the program counts',
    ['error: 1 errors occurred:', '1) no such key', '', 'the program printed', '', '2) second'],
    '1 errors occurred: 1) no such key',
  ],
])('of %s the cause is told once, without the word that it is an error', (_, lines, cause) => {
  expect(failureCause(ended(...lines))).toBe(cause);
});

test('where nothing is called an error, it is what was said first', () => {
  expect(failureCause(new Error('The module brings an SDK that is too old.\nmore'))).toBe(
    'The module brings an SDK that is too old.',
  );
  expect(failureCause('thrown as a text')).toBe('thrown as a text');
});

test('what to do about a plugin that cannot be downloaded is told with it, and a cause has an end', () => {
  const missing = 'error: no plugin found; install it using `pulumi plugin install resource random v4.16.0`';
  expect(failureCause(ended(missing))).toMatch(
    /^no plugin found;.* davit admin plugins add random 4\.16\.0 --file ARCHIVE$/,
  );
  expect(failureCause(ended(`error: ${'x'.repeat(5000)}`))).toHaveLength(2000);
});
