import { expect, test } from 'vitest';
import { layOut } from './layout.ts';
import { layOutSteadily } from './steady-layout.ts';

const boxes = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, width: 100, height: 50 }));
const links = [
  { from: 'a', to: 'b' },
  { from: 'c', to: 'd' },
];

test('what goes leaves the rest where it is, and finds its place again', () => {
  const first = layOutSteadily(undefined, boxes, links, new Map());
  expect(first.places).toEqual(layOut(boxes, links));
  expect(layOutSteadily(first, boxes, links.slice(1), new Map())).toBe(first);
  expect(layOutSteadily(first, boxes.slice(2), links.slice(1), new Map())).toBe(first);
  expect(layOutSteadily(first, boxes, links, new Map())).toBe(first);
});

test('what comes, a box or a line, is laid out with what is there', () => {
  const first = layOutSteadily(undefined, boxes.slice(1), [], new Map());
  const withBox = layOutSteadily(first, boxes, [], new Map());
  expect(withBox.places).toEqual(layOut(boxes, []));
  const withLine = layOutSteadily(withBox, boxes, links, new Map());
  expect(withLine.places).toEqual(layOut(boxes, links));
});
