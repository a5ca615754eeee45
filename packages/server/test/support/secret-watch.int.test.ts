import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSecretWatch, type SecretWatch } from './secret-watch.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { waitUntil } from './wait-until.ts';

// A search that finds nothing shows something only if it finds what is there.

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

let folder: string;
let watch: SecretWatch;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-watch-'));
  watch = createSecretWatch();
});
afterEach(async () => {
  watch.stop();
  await rm(folder, { recursive: true });
});

const secret = 'Vq8+x/3k Zt0aB-1c_Dd';
const find = (log = '') => watch.find({ dataDir: folder, database, log: async () => log });

test.each([
  ['as it is', secret],
  ['in base64', Buffer.from(secret).toString('base64')],
  ['in base64 within more', Buffer.from(`user:${secret}!`).toString('base64')],
  ['in base64url', Buffer.from(`>>${secret}`).toString('base64url')],
  ['as the bytes that PostgreSQL shows', `\\x${Buffer.from(secret).toString('hex')}`],
  ['in a URL', `?key=${encodeURIComponent(secret)}`],
])('a secret is found %s, in files and logs', async (_, text) => {
  watch.add(secret);
  await writeFile(join(folder, 'some.log'), `before ${text} after`);
  expect(await find(`{"msg":"${text}"}`)).toEqual(['file /some.log', 'log of the server']);
});

test('a secret is found in the database, as text and as bytes', async () => {
  watch.add(secret);
  expect(await find()).toEqual([]);
  await database.pool.query('create table in_text as select $1::text as content', [`key=${secret}`]);
  await database.pool.query('create table in_bytes as select $1::bytea as content', [
    Buffer.from(Buffer.from(`a:${secret}`).toString('base64')),
  ]);
  const places = await find();
  await database.pool.query('drop table in_text, in_bytes');
  expect(places.sort()).toEqual(['table public.in_bytes', 'table public.in_text']);
});

test('what is handed in by REST is a secret, and in no answer after that', async () => {
  watch.sent('/v1/credentials', {
    provider: 'aws',
    data: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: secret },
  });
  watch.sent('/v1/services/svc_1/env', { name: 'A', value: 'a-variable-value' });
  watch.sent('/v1/kinds/Own/module', { url: 'x', sourceCredential: { kind: 'token', token: 'glpat-of-a-kind' } });
  watch.answered('POST', '/v1/credentials', '{"fields":{"accessKeyId":"AKIAIOSFODNN7EXAMPLE"}}');
  expect(await find()).toEqual([]);
  watch.answered('GET', '/v1/a', `{"error":"${secret}"}`);
  watch.answered('GET', '/v1/b', 'a-variable-value');
  watch.answered('GET', '/v1/c', 'glpat-of-a-kind');
  expect(await find()).toEqual(['answer of GET /v1/a', 'answer of GET /v1/b', 'answer of GET /v1/c']);
});

test('a process that was given one as an argument is seen, also when it is gone', async () => {
  watch.add(secret);
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', secret], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  await waitUntil('it is seen', async () => (await find()).length > 0);
  child.kill('SIGKILL');
  await gone;
  expect(await find()).toEqual([`arguments of ${process.execPath}`]);
});
