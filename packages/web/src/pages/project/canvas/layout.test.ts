import { expect, test } from 'vitest';
import { type LayoutMemory, layOut } from './layout.ts';

const box = (id: string) => ({ id, width: 100, height: 50 });

test('no box covers another, and the same boxes always stand in the same places', () => {
  const boxes = Array.from({ length: 40 }, (_, index) => box(`svc_${index}`));
  const links = [
    { from: 'svc_1', to: 'svc_2' },
    { from: 'svc_1', to: 'svc_3' },
    { from: 'svc_9', to: 'svc_2' },
  ];
  const places = [...layOut(boxes, links).values()];
  expect(places).toHaveLength(40);
  for (const [index, one] of places.entries()) {
    for (const other of places.slice(index + 1)) {
      expect(Math.abs(one.x - other.x) >= 100 || Math.abs(one.y - other.y) >= 50).toBe(true);
    }
  }
  expect([...layOut(boxes, links).values()]).toEqual(places);
});

test('boxes of different sizes do not cover each other, linked or not', () => {
  const boxes = Array.from({ length: 15 }, (_, index) => ({
    id: `box_${index}`,
    width: index % 2 === 0 ? 260 : 180,
    height: index < 8 ? 118 : 60,
  }));
  const places = layOut(boxes, [{ from: 'box_0', to: 'box_9' }]);
  const placed = boxes.map((each) => ({ ...each, ...(places.get(each.id) ?? { x: Number.NaN, y: Number.NaN }) }));
  for (const [index, one] of placed.entries()) {
    for (const other of placed.slice(index + 1)) {
      const [left, right] = one.x < other.x ? [one, other] : [other, one];
      const [upper, lower] = one.y < other.y ? [one, other] : [other, one];
      const isApart = left.x + left.width <= right.x || upper.y + upper.height <= lower.y;
      expect(isApart, `${one.id} and ${other.id}`).toBe(true);
    }
  }
});

test('a link leads to the right', () => {
  const places = layOut([box('a'), box('b')], [{ from: 'a', to: 'b' }]);
  expect(places.get('b')?.x).toBeGreaterThan((places.get('a')?.x ?? 0) + 100);
});

test('links in a circle, and to what is not there, do no harm', () => {
  const links = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'a' },
    { from: 'a', to: 'gone' },
  ];
  expect(layOut([box('a'), box('b')], links).size).toBe(2);
});

test('boxes whose links have not changed are not laid out anew, and stand where they would without a memory', () => {
  const boxes = ['a', 'b', 'c', 'd', 'e'].map(box);
  const memory: LayoutMemory = new Map();
  layOut(
    boxes,
    [
      { from: 'a', to: 'b' },
      { from: 'c', to: 'd' },
    ],
    memory,
  );
  const kept = [...memory.values()][1];
  const links = [
    { from: 'a', to: 'e' },
    { from: 'c', to: 'd' },
  ];
  expect(layOut(boxes, links, memory)).toEqual(layOut(boxes, links));
  expect([...memory.values()][1]).toBe(kept);
  expect(memory.size).toBe(2);
});

test('boxes that are linked by others stand together', () => {
  const links = [
    { from: 'a', to: 'b' },
    { from: 'd', to: 'b' },
    { from: 'c', to: 'd' },
  ];
  const memory: LayoutMemory = new Map();
  layOut(['a', 'b', 'c', 'd'].map(box), links, memory);
  expect(memory.size).toBe(1);
});
