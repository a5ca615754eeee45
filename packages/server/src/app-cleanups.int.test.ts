import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/support/test-database.ts';
import { type AppCleanupsOptions, createAppCleanups } from './app-cleanups.ts';
import { loadConfig } from './config/config.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('entries of the audit log that are in no organization’s are kept for PLATFORM_AUDIT_DAYS, whatever else is kept for how long', async () => {
  const { db, pool } = database;
  const days = { PLATFORM_AUDIT_DAYS: '30', RUN_OUTPUT_DAYS: '10' };
  const now = new Date('2026-06-30T12:00:00Z');
  await pool.query(
    `insert into audit_log (id, actor_kind, action, result, at)
     select 'aud_' || n, 'anonymous', 'auth.login', 'refused', $1::timestamptz - make_interval(days => n)
     from unnest(array[1, 29, 31, 400]) n`,
    [now],
  );
  const config = loadConfig({ ...days, DATA_DIR: '/nowhere' });
  const cleanups = createAppCleanups({ config, db, clock: { now: () => now } } as AppCleanupsOptions);
  await cleanups.find(({ name }) => name === 'audit log')?.clean(new AbortController().signal);
  const { rows } = await pool.query('select id from audit_log order by id');
  expect(rows).toEqual([{ id: 'aud_1' }, { id: 'aud_29' }]);
});
