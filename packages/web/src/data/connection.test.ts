import { expect, test, vi } from 'vitest';
import { createConnection } from './connection.ts';

test('a failed call makes it ask until davit is back, and those who wait are told once', async () => {
  const answers = [false, false, true];
  let asked = 0;
  const connection = createConnection({
    pausesMs: [1, 2],
    probe: async () => {
      asked += 1;
      const answer = answers.shift();
      if (answer === undefined) throw new Error('asked once too often');
      return answer;
    },
  });
  const back = vi.fn<() => void>();
  connection.onBack(back);
  connection.reportAway();
  connection.reportAway();
  expect(connection.get().away).toBe(true);
  await vi.waitFor(() => expect(connection.get().away).toBe(false));
  expect(asked).toBe(3);
  expect(back).toHaveBeenCalledTimes(1);
});

test('a question that fails counts as no answer', async () => {
  let asked = 0;
  const connection = createConnection({
    pausesMs: [1],
    probe: async () => {
      asked += 1;
      if (asked < 3) throw new TypeError('failed to fetch');
      return true;
    },
  });
  connection.reportAway();
  await vi.waitFor(() => expect(connection.get().away).toBe(false));
});

test('it can be asked at once', async () => {
  const connection = createConnection({ pausesMs: [3_600_000], probe: () => Promise.resolve(true) });
  connection.reportAway();
  connection.retryNow();
  await vi.waitFor(() => expect(connection.get().away).toBe(false));
});
