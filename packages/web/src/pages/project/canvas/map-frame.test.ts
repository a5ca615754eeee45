import { expect, test } from 'vitest';
import { frameOf, MAP_HEIGHT, MAP_WIDTH, pathOf, viewOnMap } from './map-frame.ts';

const boxes = [
  { x: -300, y: 20, width: 100, height: 50 },
  { x: 2000, y: 700, width: 100, height: 50 },
];

test('all nodes lie on the map, in its middle', () => {
  const { x, y, scale } = frameOf(boxes);
  const [left, right] = [(-300 - x) / scale, (2100 - x) / scale];
  const [top, bottom] = [(20 - y) / scale, (750 - y) / scale];
  expect(left).toBeGreaterThan(0);
  expect(top).toBeGreaterThan(0);
  expect(left + right).toBeCloseTo(MAP_WIDTH);
  expect(top + bottom).toBeCloseTo(MAP_HEIGHT);
});

test('what the canvas shows is marked where it lies', () => {
  const frame = { x: -100, y: 50, scale: 10 };
  // Twice as large as life, its upper left corner at 200, 150.
  const view = viewOnMap(frame, { transform: [-400, -300, 2], width: 1000, height: 600 });
  expect(view).toEqual({ x: 30, y: 10, width: 50, height: 30 });
});

test('nodes are drawn as one path', () => {
  expect(pathOf(boxes)).toBe('M-300,20h100v50h-100zM2000,700h100v50h-100z');
});
