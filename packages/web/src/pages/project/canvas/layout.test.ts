import { expect, test } from 'vitest';
import { layOut } from './layout.ts';

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
