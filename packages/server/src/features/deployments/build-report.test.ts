import { expect, test } from 'vitest';
import { stagesToStore } from './build-report.ts';

const stage = (title: string, seconds: number) => ({ title, seconds, cached: false });

test('of very many stages the longest are stored, in the order in which they ended', () => {
  const stages = Array.from({ length: 100 }, (_, index) => stage(`RUN ${index}`, index % 2 === 0 ? 100 - index : 0.1));
  const stored = stagesToStore(stages, []);
  expect(stored).toHaveLength(60);
  expect(stored.slice(0, 3).map(({ title }) => title)).toEqual(['RUN 0', 'RUN 1', 'RUN 2']);
  expect(stored.filter(({ seconds }) => seconds > 1)).toHaveLength(50);
});

test('a title is cut, and holds no secret', () => {
  const [stored] = stagesToStore(
    [stage(`RUN login --password hunter2secret ${'x'.repeat(500)}`, 1.23456)],
    ['hunter2secret'],
  );
  expect(stored?.title).toMatch(/^RUN login --password •+ x+$/);
  expect(stored?.title).toHaveLength(200);
  expect(stored?.seconds).toBe(1.235);
});
