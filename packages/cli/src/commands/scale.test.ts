import { expect, test } from 'vitest';
import { parseInstances } from './scale.ts';

test('a number is for the main process, NAME=number for another', () => {
  expect(parseInstances(['3'])).toEqual({ replicas: 3 });
  expect(parseInstances(['web=2', 'worker=4', 'mail-out=0'])).toEqual({
    replicas: 2,
    processes: { worker: 4, 'mail-out': 0 },
  });
});

test.each(['', '-1', '1.5', 'web', 'web=', '=3', 'a b=1', '9999'])('%j is wrong usage', (word) => {
  expect(() => parseInstances([word])).toThrow(expect.objectContaining({ exitCode: 2 }) as Error);
});
