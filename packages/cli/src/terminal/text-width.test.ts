import { expect, test } from 'vitest';
import { fitText, padText, textWidth } from './text-width.ts';

test('columns are counted as a terminal has them', () => {
  expect(textWidth('abc')).toBe(3);
  expect(textWidth('日本')).toBe(4);
  expect(textWidth('e\u0301')).toBe(1);
  expect(textWidth('🛶')).toBe(2);
  expect(textWidth('\u001b[31mred\u001b[0m')).toBe(3);
});

test('a text that is too wide is cut, and says so', () => {
  expect(fitText('hello', 5)).toBe('hello');
  expect(fitText('hello!', 5)).toBe('hell…');
  expect(fitText('日本語', 5)).toBe('日本…');
  expect(fitText('\u001b[31mhello!\u001b[0m', 5)).toBe('\u001b[31mhell…\u001b[0m');
});

test('cells are filled by columns, not by characters', () => {
  expect(padText('日本', 6)).toBe('日本  ');
});
