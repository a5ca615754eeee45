import { expect, test } from 'vitest';
import { type CanvasEntry, listEdges, mergeNodes, stepTowards } from './arrangement.ts';

const type = { group: 'Services', width: 100, height: 50 } as const;

function entry(id: string, data: object, label = id): CanvasEntry {
  return { typeName: 'service', type, item: { id, name: id, label, data } };
}

const one = { status: 'running' };
const two = { status: 'running' };
const entries = [entry('svc_1', one), entry('svc_2', two)];
const shown = new Map([
  ['svc_1', { x: 0, y: 0 }],
  ['svc_2', { x: 200, y: 0 }],
]);
const nobody = new Set<string>();

test('with nothing changed the nodes are the same list', () => {
  const nodes = mergeNodes([], { entries, shown }, nobody);
  expect(nodes.map(({ id, position }) => [id, position.x])).toEqual([
    ['svc_1', 0],
    ['svc_2', 200],
  ]);
  expect(mergeNodes(nodes, { entries: [...entries], shown: new Map(shown) }, nobody)).toBe(nodes);
});

test('only what has changed is a new object, and what is selected stays so', () => {
  const nodes = mergeNodes([], { entries, shown }, nobody).map((node) => ({ ...node, selected: true }));
  const changed = mergeNodes(
    nodes,
    { entries: [entry('svc_1', { status: 'stopped' }, 'stopped'), entry('svc_2', two)], shown },
    nobody,
  );
  expect(changed[0]).not.toBe(nodes[0]);
  expect(changed[0]).toMatchObject({ data: { status: 'stopped' }, selected: true });
  expect(changed[1]).toBe(nodes[1]);
});

test('what is being dragged stays in the hand, while others move', () => {
  const nodes = mergeNodes([], { entries, shown }, nobody);
  const elsewhere = new Map([
    ['svc_1', { x: 900, y: 900 }],
    ['svc_2', { x: 700, y: 700 }],
  ]);
  const merged = mergeNodes(nodes, { entries, shown: elsewhere }, new Set(['svc_1']));
  expect(merged[0]).toBe(nodes[0]);
  expect(merged[1]?.position).toEqual({ x: 700, y: 700 });
});

test('what is new comes, and what is gone goes', () => {
  const nodes = mergeNodes([], { entries, shown }, nobody);
  const merged = mergeNodes(nodes, { entries: [entry('svc_2', two), entry('svc_3', {})], shown }, nobody);
  expect(merged.map(({ id }) => id)).toEqual(['svc_2', 'svc_3']);
  expect(merged[0]).toBe(nodes[1]);
});

test('when many change, a few do so in each frame, until all have', () => {
  const many = Array.from({ length: 7 }, (_, index) => entry(`svc_${index}`, {}));
  const nodes = mergeNodes([], { entries: many, shown }, nobody);
  const moved = new Map(many.map(({ item }) => [item.id, { x: 0, y: 500 }]));
  const next = mergeNodes(nodes, { entries: [...many.slice(1), entry('svc_new', {})], shown: moved }, nobody);
  const first = stepTowards(nodes, next, 4);
  expect(first.map(({ id }) => id)).toEqual(next.map(({ id }) => id));
  expect(first.filter((node) => nodes.includes(node))).toHaveLength(2);
  expect(stepTowards(first, next, 4)).toBe(next);
  expect(stepTowards(next, next, 4)).toBe(next);
});

test('lines keep their order whatever services are called, and only what says something else is a new object', () => {
  const link = (from: string, to: string) => ({ from, to, variables: ['URL'] });
  const named = (name: string) => {
    const first = entry('svc_1', one);
    return [{ ...first, item: { ...first.item, name } }, entry('svc_2', two), entry('svc_3', {})];
  };
  const edges = listEdges([link('svc_1', 'svc_2'), link('svc_3', 'svc_2')], named('a'));
  const renamed = named('z');
  const next = listEdges([link('svc_3', 'svc_2'), link('svc_1', 'svc_2')], renamed, edges);
  expect(next.map(({ id }) => id)).toEqual(edges.map(({ id }) => id));
  expect(next[0]).toMatchObject({ ariaLabel: 'z refers to svc_2 in URL' });
  expect(next[1]).toBe(edges[1]);
  expect(listEdges([link('svc_3', 'svc_2'), link('svc_1', 'svc_2')], renamed, next)).toBe(next);
});
