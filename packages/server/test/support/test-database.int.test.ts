import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from './test-database.ts';

test('a test database is migrated, and shares nothing with another', async () => {
  await using first = await createTestDatabase();
  await using second = await createTestDatabase();
  await first.db.insertInto('platformSettings').values({ name: 'a', value: '1' }).execute();
  expect(await first.db.selectFrom('platformSettings').select('name').execute()).toEqual([{ name: 'a' }]);
  expect(await second.db.selectFrom('platformSettings').select('name').execute()).toEqual([]);
});

test('a test that keeps a connection of the pool fails', async () => {
  const database = await createTestDatabase({ settleMs: 100 });
  const kept = await database.pool.connect();
  kept.on('error', () => {});
  await expect(database[Symbol.asyncDispose]()).rejects.toThrow('1 connections not given back to the pool');
  kept.release(true);
});

test('a test that leaves a connection of its own open fails', async () => {
  const database = await createTestDatabase({ settleMs: 100 });
  const own = new Client({ connectionString: database.connectionString, application_name: 'forgotten' });
  own.on('error', () => {});
  await own.connect();
  await expect(database[Symbol.asyncDispose]()).rejects.toThrow('connection: forgotten');
});

test('a test that keeps an advisory lock fails', async () => {
  const database = await createTestDatabase({ maxConnections: 1, settleMs: 100 });
  await database.pool.query('select pg_advisory_lock(7)');
  await expect(database[Symbol.asyncDispose]()).rejects.toThrow('advisory lock');
});
