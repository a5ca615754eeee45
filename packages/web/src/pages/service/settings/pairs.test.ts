import { expect, test } from 'vitest';
import { pairsOf, textOfPairs } from './pairs.ts';

test('lines become names with values, which may have an equals sign of their own', () => {
  expect(pairsOf(' A=1 \n\nB = a=b\nC\nA=2')).toEqual({ A: '2', B: ' a=b', C: '' });
});

test('what was read is written the same', () => {
  const pairs = { A: '1', B: 'a=b', C: '' };
  expect(pairsOf(textOfPairs(pairs))).toEqual(pairs);
});

test('fields of a header stand before a colon, and spaces around their values count for nothing', () => {
  const pairs = { 'X-Frame-Options': 'DENY', 'Content-Security-Policy': "default-src https: 'self'" };
  expect(pairsOf("X-Frame-Options:DENY\nContent-Security-Policy:  default-src https: 'self' ", ':')).toEqual(pairs);
  expect(pairsOf(textOfPairs(pairs, ':'), ':')).toEqual(pairs);
});
