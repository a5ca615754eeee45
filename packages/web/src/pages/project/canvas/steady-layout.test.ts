import { expect, test } from 'vitest';
import { findRoom } from './find-room.ts';
import { type Box, type Link, layOut, type Point } from './layout.ts';
import { layOutAnew, layOutSteadily, type SteadyLayout } from './steady-layout.ts';

const box = (id: string) => ({ id, width: 100, height: 50 });
const boxes = ['a', 'b', 'c', 'd', 'e'].map(box);
const links = [
  { from: 'a', to: 'b' },
  { from: 'c', to: 'd' },
];

const next = (
  before: SteadyLayout | undefined,
  now: readonly Box[],
  lines: readonly Link[],
  shown?: Map<string, Point>,
) => layOutSteadily(before, now, lines, new Map(), shown);

function expectNoneCovered(places: ReadonlyMap<string, Point>): void {
  const all = [...places];
  for (const [id, one] of all)
    for (const [other, at] of all)
      if (id !== other && Math.abs(one.x - at.x) < 100)
        expect(Math.abs(one.y - at.y), `${id}, ${other}`).toBeGreaterThanOrEqual(50);
}

test('what goes leaves the rest where it is, and finds its place again', () => {
  const first = next(undefined, boxes, links);
  expect(first.places).toEqual(layOut(boxes, links));
  const without = next(first, boxes.slice(2), links.slice(1));
  expect(without.places).toBe(first.places);
  expect(next(without, boxes, links).places).toBe(first.places);
  expect(next(first, boxes, links.slice(1)).places).toBe(first.places);
  expect(next(first, boxes, links)).toBe(first);
});

test('what comes is laid out with the rest where that moves nothing', () => {
  const first = next(undefined, boxes.slice(0, 4), links);
  const second = next(first, boxes, links);
  expect(second).toMatchObject({ places: layOut(boxes, links), isTidy: true });
});

test('a line that comes moves nothing, until all is laid out anew', () => {
  const first = next(undefined, boxes, []);
  const withLine = next(first, boxes, links);
  expect(withLine).toMatchObject({ places: first.places, isTidy: false });
  expect(next(withLine, boxes, links)).toBe(withLine);
  const anew = layOutAnew(boxes, links, new Map());
  expect(anew).toMatchObject({ places: layOut(boxes, links), isTidy: true });
  expect(next(anew, boxes, links)).toBe(anew);
});

test('a box that would move others finds room beside them, where it covers none, and the next one too', () => {
  let layout = next(undefined, boxes.slice(1), links.slice(1));
  let now = boxes.slice(1);
  for (const id of ['a', 'x', 'y', 'z', 'v', 'w']) {
    const before = layout.places;
    now = [box(id), ...now];
    layout = next(layout, now, links);
    for (const [other, place] of before) expect(layout.places.get(other)).toEqual(place);
    expect(layout.places.has(id)).toBe(true);
  }
  expect(layout.isTidy).toBe(false);
  expectNoneCovered(layout.places);
});

test('several that come together stand to each other as they would alone', () => {
  const first = next(undefined, boxes.slice(2), links.slice(1));
  const { places } = next(first, boxes, links);
  const [a, b] = [places.get('a'), places.get('b')];
  expect(b?.x).toBeGreaterThan((a?.x ?? 0) + 100);
  expect(b?.y).toBe(a?.y);
  expectNoneCovered(places);
});

test('what comes covers nothing that somebody has moved', () => {
  const first = next(undefined, boxes.slice(1), links.slice(1));
  const alone = next(first, boxes, links.slice(1)).places.get('a');
  const shown = new Map(alone === undefined ? [] : [['b', alone]]);
  const place = next(first, boxes, links.slice(1), shown).places.get('a');
  expect(place).not.toEqual(alone);
});

test('room is found in the lowest row, and below it when that is full', () => {
  const size = { width: 100, height: 50 };
  const row = [0, 148, 296].map((x) => ({ x, y: 0, ...size }));
  expect(findRoom(size, [])).toEqual({ x: 0, y: 0 });
  expect(findRoom(size, row.slice(0, 2))).toEqual({ x: 296, y: 0 });
  expect(
    findRoom(
      size,
      [row[0], row[2]].flatMap((one) => one ?? []),
    ),
  ).toEqual({ x: 148, y: 0 });
  expect(findRoom(size, row)).toEqual({ x: 0, y: 98 });
});
