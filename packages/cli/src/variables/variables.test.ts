import { expect, test } from 'vitest';
import { parseDotenv } from './parse-dotenv.ts';
import { shownValue } from './shown-value.ts';

test('values are taken byte for byte: nothing is expanded', () => {
  const text = `export A=1\n# comment\nB="a $HOME 'b'"\nC='x"y'\nD="two\nlines"\nE=\n`;
  expect(parseDotenv(text, '.env')).toEqual({ A: '1', B: "a $HOME 'b'", C: 'x"y', D: 'two\nlines', E: '' });
});

test('a file of which nothing is understood is an error, and an empty one is not', () => {
  expect(() => parseDotenv('no assignment here\n', '.env')).toThrow('.env');
  expect(parseDotenv('# only a comment\n\n', '.env')).toEqual({});
});

test('a value that a terminal would obey is shown as JSON', () => {
  expect(shownValue('plain text')).toBe('plain text');
  expect(shownValue('a\u001b[2Jb')).toBe('"a\\u001b[2Jb"');
  expect(shownValue('two\nlines')).toBe('"two\\nlines"');
  expect(shownValue('')).toBe('""');
});
