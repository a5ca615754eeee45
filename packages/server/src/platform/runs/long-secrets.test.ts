import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSecretMask, MASKED } from './secret-mask.ts';

function hide(secrets: string[], text: string): string {
  const mask = createSecretMask();
  mask.add(secrets);
  return mask.hide(text);
}

const largest = randomBytes(24_576).toString('hex').slice(0, 65_536);
const key = randomBytes(600).toString('base64url');

test('a secret of 64 KiB is hidden, as it is and encoded', () => {
  const long = randomBytes(32_768).toString('hex');
  const text = (form: string) => `before ${form} after`;
  expect(hide([long], text(long))).toBe(text(MASKED));
  const base64 = hide([long], text(Buffer.from(long).toString('base64')));
  expect(base64.length).toBeLessThan(text(MASKED).length + 4);
  expect(hide([long, largest, key], 'no secret here')).toBe('no secret here');
});

test('of a line that was cut, both pieces of a secret are hidden', () => {
  const line = `key=${largest};`;
  const shown = [line.slice(0, 32_768), line.slice(32_768)].map((piece) => hide([largest], piece));
  expect(shown).toEqual([`key=${MASKED}`, `${MASKED};`]);
});

test('wrapped base64 of a key file is hidden line by line', () => {
  const wrapped =
    Buffer.from(key)
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  for (const line of wrapped.slice(0, -1)) expect(hide([key], line)).toBe(MASKED);
});

test('a long secret hides neither rows of one character nor short words that it holds', () => {
  const settings = JSON.stringify({ type: 'service_account', key, note: `${' '.repeat(40)}${'='.repeat(40)}` });
  for (const line of [' '.repeat(60), '='.repeat(60), '"type": "service_account"', key.slice(0, 20)])
    expect(hide([settings], line)).toBe(line);
  expect(hide([settings], `x ${settings} y`)).toBe(`x ${MASKED} y`);
});

test('a secret of one repeated letter is hidden where it stands as a whole', () => {
  const repeated = 'x'.repeat(65_536);
  expect(hide([repeated], `[${repeated}]`)).toBe(`[${MASKED}]`);
  expect(hide([repeated], 'x'.repeat(300))).toBe('x'.repeat(300));
});

test('short and long secrets are hidden side by side', () => {
  expect(hide([key, 's3cr3t-pw'], `${key} and s3cr3t-pw`)).toBe(`${MASKED} and ${MASKED}`);
});
