import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { waitUntil } from '../../../test/support/wait-until.ts';
import { createRateLimiter, type RateLimiterOptions } from './rate-limiter.ts';
import { createRateStore, type RateStore } from './rate-store.ts';

let database: TestDatabase;
let store: RateStore;
beforeAll(async () => {
  database = await createTestDatabase();
  store = createRateStore(database);
});
afterAll(() => database[Symbol.asyncDispose]());

const limiterOf = (name: string, more: Partial<RateLimiterOptions> = {}) =>
  createRateLimiter({ name, limit: { requests: 20, windowMs: 60_000 }, store, ...more });

async function usedOf(bucket: string): Promise<number> {
  const row = await database.db.selectFrom('rateLimits').select('used').where('bucket', '=', bucket).executeTakeFirst();
  return row?.used ?? 0;
}

test('servers share what one of them has let through', async () => {
  const [one, two] = [limiterOf('shared'), limiterOf('shared')];
  for (let index = 0; index < 15; index += 1) expect(await one.take('a')).toBe(0);
  await one.close();
  const answers = [];
  for (let index = 0; index < 6; index += 1) answers.push(await two.take('a'));
  expect(answers.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  expect(answers[5]).toBeGreaterThan(0);
  expect(await one.take('a')).toBeGreaterThan(0);
  expect(await two.take('b')).toBe(0);
  await Promise.all([one.close(), two.close()]);
});

test('what comes at once to several servers is counted to the last one where every try is told', async () => {
  const limiters = [1, 2, 3].map(() => limiterOf('exact', { batched: 0 }));
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_none, index) => limiters[index % 3]?.take('a') ?? Promise.resolve(0)),
  );
  expect(answers.filter((seconds) => seconds === 0)).toHaveLength(20);
});

test('what is told in batches arrives by itself, in fewer statements than tries', async () => {
  let statements = 0;
  const counting: RateStore = {
    ...store,
    add: (...given) => {
      statements += 1;
      return store.add(...given);
    },
  };
  const limiter = limiterOf('batches', { store: counting, limit: { requests: 1000, windowMs: 60_000 } });
  for (let index = 0; index < 400; index += 1) await limiter.take('a');
  await waitUntil('all 400 are told', async () => (await usedOf('batches:a')) === 400);
  expect(statements).toBeLessThan(100);
  limiter.giveBack('a');
  await waitUntil('what was given back is told', async () => (await usedOf('batches:a')) === 399);
});

test('a window that is over begins anew, and is swept away', async () => {
  const limiter = limiterOf('ended', { batched: 0 });
  for (let index = 0; index < 20; index += 1) await limiter.take('a');
  await sql`update rate_limits set ends_at = now() - interval '2 minutes' where bucket = 'ended:a'`.execute(
    database.db,
  );
  expect(await limiterOf('ended').take('a')).toBe(0);
  expect(await usedOf('ended:a')).toBe(1);
  await sql`update rate_limits set ends_at = now() - interval '2 minutes' where bucket = 'ended:a'`.execute(
    database.db,
  );
  await store.sweep();
  expect(await usedOf('ended:a')).toBe(0);
});

test('a server whose store is away goes on with what it counts itself: it neither opens nor closes', async () => {
  const away: RateStore = { ...store, add: () => Promise.reject(new Error('the database is away')) };
  const limiter = limiterOf('alone', { store: away });
  for (let index = 0; index < 20; index += 1) expect(await limiter.take('a')).toBe(0);
  expect(await limiter.take('a')).toBeGreaterThan(0);
  await limiter.close();
});
