import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { collectErrors, renderErrorDocument } from '../../../../scripts/error-document.ts';

const errors = await collectErrors();

test('the catalogues of all parts are found', () => {
  const files = new Set(errors.map(({ file }) => file));
  expect([...files]).toEqual(
    expect.arrayContaining(['kernel/app-error.ts', 'platform/http/http-errors.ts', 'features/auth/auth-errors.ts']),
  );
});

test('no code is defined twice', () => {
  const byCode = Map.groupBy(errors, ({ code }) => code);
  const twice = [...byCode].filter(([, entries]) => entries.length > 1);
  expect(twice.map(([code, entries]) => [code, entries.map(({ file }) => file)])).toEqual([]);
});

test.each(errors)('$code is spelled like a constant, says what is wrong and what to do', ({ code, message, hint }) => {
  expect(code).toMatch(/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/);
  expect(message).toMatch(/^(?:davit |[^a-z]).{9,}[.?]$/);
  expect(hint).toMatch(/^(?:davit |[^a-z]).{9,}[.?`]$/);
  expect(hint).not.toBe(message);
});

test('docs/errors.md is current', async () => {
  const kept = await readFile(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
  expect(kept, 'node scripts/generate-error-docs.ts').toBe(renderErrorDocument(errors));
});
