import { expect, test } from 'vitest';
import { findNeighbour } from './neighbour.ts';

const places = new Map([
  ['a', { x: 0, y: 0 }],
  ['b', { x: 300, y: 0 }],
  ['c', { x: 600, y: 20 }],
  ['below', { x: 40, y: 200 }],
]);

test('an arrow leads to the nearest node on its way', () => {
  expect(findNeighbour('a', 'ArrowRight', places)).toBe('b');
  expect(findNeighbour('b', 'ArrowRight', places)).toBe('c');
  expect(findNeighbour('c', 'ArrowLeft', places)).toBe('b');
  expect(findNeighbour('a', 'ArrowDown', places)).toBe('below');
  expect(findNeighbour('below', 'ArrowUp', places)).toBe('a');
});

test('it leads nowhere where there is nothing', () => {
  expect(findNeighbour('a', 'ArrowLeft', places)).toBeUndefined();
  expect(findNeighbour('gone', 'ArrowLeft', places)).toBeUndefined();
});
