import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import { silentLogger as logger } from '../../kernel/logger.ts';
import { createDatabase } from './database.ts';
import { migrate } from './migrate.ts';

const database = await createTestDatabase();
afterAll(() => database[Symbol.asyncDispose]());

let folder: string;

/** A schema of its own each, since the test database has davit's already. */
beforeEach(async () => {
  await database.pool.query('drop schema public cascade; create schema public');
  folder = await mkdtemp(join(tmpdir(), 'davit-migrations-'));
  return () => rm(folder, { recursive: true });
});

async function write(migrations: Record<string, string>): Promise<void> {
  for (const [name, sql] of Object.entries(migrations)) await writeFile(join(folder, `${name}.sql`), sql);
}

const apply = () => migrate({ pool: database.pool, logger, folder });

async function tables(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  return rows.map((row) => row.name);
}

test('missing migrations are applied in the order of their names, each once', async () => {
  await write({ '2-b': 'alter table a add column more text', '1-a': 'create table a (id text primary key)' });
  expect(await apply()).toEqual(['1-a', '2-b']);
  expect(await apply()).toEqual([]);
  await write({ '3-c': 'create table c (id text primary key)' });
  expect(await apply()).toEqual(['3-c']);
});

test('several servers that start at once share the work: each migration is applied by one of them', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `${10 + index}-step`);
  // A plain "create table" fails when it runs twice, and the pause makes them meet.
  await write(
    Object.fromEntries(names.map((name) => [name, `create table "${name}" (id text); select pg_sleep(0.01)`])),
  );
  const servers = Array.from({ length: 5 }, () =>
    createDatabase({
      connectionString: database.connectionString,
      maxConnections: 1,
      minConnections: 0,
      maxLifetimeSeconds: 60,
    }),
  );
  const applied = await Promise.all(servers.map(({ pool }) => migrate({ pool, logger, folder })));
  await Promise.all(servers.map((server) => server.close()));
  expect(applied.flat().sort()).toEqual(names);
  expect(await tables()).toEqual([...names, 'schema_migrations']);
});

test('a database that a newer version migrated is refused and left as it is', async () => {
  await write({ '1-a': 'create table a (id text)', '2-newer': 'create table newer (id text)' });
  await apply();
  await rm(join(folder, '2-newer.sql'));
  await write({ '3-b': 'create table b (id text)' });
  await expect(apply()).rejects.toMatchObject({
    code: 'DATABASE_NEWER_THAN_CODE',
    message: expect.stringContaining('2-newer'),
    hint: expect.stringContaining('newer version'),
  });
  expect(await tables()).toEqual(['a', 'newer', 'schema_migrations']);
});

test('a migration that was changed after it had been applied is refused', async () => {
  await write({ '1-a': 'create table a (id text)' });
  await apply();
  await write({ '1-a': 'create table a (id text, more text)' });
  await expect(apply()).rejects.toMatchObject({ code: 'MIGRATION_CHANGED', details: { name: '1-a' } });
});

test('a checkout with other line ends is not a change', async () => {
  await write({ '1-a': 'create table a (\n  id text\n);\n' });
  await apply();
  await write({ '1-a': 'create table a (\r\n  id text\r\n);\r\n' });
  expect(await apply()).toEqual([]);
});

test('a migration that fails leaves nothing of itself, keeps those before it, and can be repeated', async () => {
  await write({ '1-a': 'create table a (id text)', '2-b': 'create table b (id text); select 1 / 0' });
  await expect(apply()).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringContaining('2-b failed: division by zero'),
  });
  expect(await tables()).toEqual(['a', 'schema_migrations']);
  await write({ '2-b': 'create table b (id text)' });
  expect(await apply()).toEqual(['2-b']);
});

test('a database that does not answer is reported as such', async () => {
  const nowhere = createDatabase({
    connectionString: 'postgres://davit@/davit?host=/nonexistent',
    maxConnections: 1,
    minConnections: 0,
    maxLifetimeSeconds: 60,
  });
  await expect(migrate({ pool: nowhere.pool, logger, folder })).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    transient: true,
  });
  await nowhere.close();
});
