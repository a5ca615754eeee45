import { expect, test } from 'vitest';
import { scaledProcesses } from './scaled-processes.ts';

test('beside the main process there are those that run and those that were scaled, also to 0', () => {
  const running = [{ process: 'web' }, { process: 'worker' }, { process: 'worker' }, { process: 'constructor' }];
  expect(scaledProcesses('web', { clock: 0, worker: 2 }, running)).toEqual([
    { name: 'clock', count: 0 },
    { name: 'constructor', count: 1 },
    { name: 'worker', count: 2 },
  ]);
});

test('a worker is its only process', () => {
  expect(scaledProcesses('worker', { clock: 2 }, [{ process: 'worker' }])).toEqual([]);
});
