import { expect, test } from 'vitest';
import { stopSignalTargets } from './stop-signal.ts';

const none = () => false;

test('a shell that waits for a server is not asked to end before the server has', () => {
  const shellAndServer = new Map([
    [10, 9],
    [11, 10],
  ]);
  expect(stopSignalTargets(shellAndServer, none)).toEqual([11]);
  expect(stopSignalTargets(new Map([[10, 9]]), none)).toEqual([10]);
});

test('a parent that handles the signal gets it together with its workers', () => {
  const workers = new Map([
    [10, 9],
    [11, 10],
    [12, 10],
  ]);
  expect(stopSignalTargets(workers, (pid) => pid === 10)).toEqual([10, 11, 12]);
});
