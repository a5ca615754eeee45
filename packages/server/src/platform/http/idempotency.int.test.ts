import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createTestHttpServer } from '../../../test/support/test-http-server.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { httpErrors } from './http-errors.ts';
import { createIdempotency } from './idempotency.ts';
import { mountTwice } from './mount.ts';
import { route } from './route.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.db.deleteFrom('idempotencyKeys').execute();
});

type Act = (n: number) => Promise<void>;

async function serve(act: Act = async () => {}, waitMs = 10_000) {
  let acts = 0;
  const { db } = database;
  const idempotency = createIdempotency({ db, secret: 'a secret of this test', logger: silentLogger, waitMs });
  const register = (app: FastifyInstance) =>
    route(app, {
      method: 'POST',
      path: '/v1/things',
      tag: 't',
      summary: 's',
      operationId: 'createThing',
      policy: { role: 'viewer' },
      body: z.strictObject({ name: z.string() }),
      response: z.strictObject({ token: z.string() }),
      status: 201,
      async handle({ body }) {
        acts += 1;
        await act(acts);
        return { token: `${body.name}-${acts}` };
      },
    });
  const app = await createTestHttpServer((app) => mountTwice(app, register), { idempotency });
  const send = async (key: string, name = 'a', role = 'developer', url = '/v1/things') =>
    app.inject({
      method: 'POST',
      url,
      headers: { authorization: `Bearer ${role}`, 'idempotency-key': key },
      payload: { name },
    });
  return { send, idempotency, acts: () => acts };
}

test('a repetition gets the first answer and nothing is done twice', async () => {
  const { send, acts } = await serve();
  const first = await send('k1');
  const second = await send('k1', 'a', 'developer', '/v1/click-deploy/things');
  expect([first.statusCode, first.json()]).toEqual([201, { token: 'a-1' }]);
  expect([second.statusCode, second.json()]).toEqual([201, { token: 'a-1' }]);
  expect(second.headers['idempotent-replayed']).toBe('true');
  expect(second.headers['content-type']).toBe(first.headers['content-type']);
  expect(acts()).toBe(1);
});

test('repetitions that come at once wait for the first', async () => {
  const { send, acts } = await serve();
  const answers = await Promise.all(Array.from({ length: 8 }, () => send('k1')));
  expect(new Set(answers.map((answer) => answer.body))).toEqual(new Set(['{"token":"a-1"}']));
  expect(acts()).toBe(1);
});

test('one that would wait too long is told to come back', async () => {
  const gate = Promise.withResolvers<void>();
  const { send, acts } = await serve(() => gate.promise, 0);
  const first = send('k1');
  await expect.poll(acts).toBe(1);
  let second = await send('k1');
  expect([second.statusCode, second.json()]).toMatchObject([409, { code: 'IDEMPOTENCY_KEY_IN_USE' }]);
  gate.resolve();
  expect((await first).statusCode).toBe(201);
  second = await send('k1');
  expect(second.statusCode).toBe(201);
});

test('another request under the same key is refused', async () => {
  const { send } = await serve();
  await send('k1', 'a');
  const other = await send('k1', 'b');
  expect([other.statusCode, other.json()]).toMatchObject([422, { code: 'IDEMPOTENCY_KEY_REUSED' }]);
});

test('a key belongs to who sent it', async () => {
  const { send } = await serve();
  await send('k1', 'a', 'developer');
  expect((await send('k1', 'a', 'admin')).json()).toEqual({ token: 'a-2' });
});

test.each(['', 'x'.repeat(256), 'ü'])('%j is no key', async (key) => {
  const { send, acts } = await serve();
  expect((await send(key)).json()).toMatchObject({ status: 400, code: 'IDEMPOTENCY_KEY_INVALID' });
  expect(acts()).toBe(0);
});

test('a refusal is an answer too, a fault is not', async () => {
  const { send, acts } = await serve(async (n) => {
    if (n === 1) throw new Error('fault');
    if (n === 2) throw httpErrors.CURSOR_INVALID();
  });
  expect((await send('k1')).statusCode).toBe(500);
  expect((await send('k1')).statusCode).toBe(400);
  const repeated = await send('k1');
  expect([repeated.statusCode, repeated.headers['content-type']]).toEqual([400, 'application/problem+json']);
  expect(acts()).toBe(2);
});

test('an answer is kept for 24 hours, and cannot be read in the database', async () => {
  const { send, idempotency } = await serve();
  await send('k1');
  const [row] = await database.db.selectFrom('idempotencyKeys').selectAll().execute();
  expect(JSON.stringify({ ...row, body: row?.body?.toString('latin1') })).not.toMatch(/token|k1/);
  await database.db.updateTable('idempotencyKeys').set({ createdAt: sql`now() - interval '25 hours'` }).execute();
  expect((await send('k1')).json()).toEqual({ token: 'a-2' });
  await database.db.updateTable('idempotencyKeys').set({ createdAt: sql`now() - interval '25 hours'` }).execute();
  await idempotency.sweep();
  expect(await database.db.selectFrom('idempotencyKeys').selectAll().execute()).toEqual([]);
});

test('the claim of a server that was killed lapses', async () => {
  const gate = Promise.withResolvers<void>();
  const killed = await serve(() => gate.promise);
  const lost = killed.send('k1');
  await expect.poll(killed.acts).toBe(1);
  const { send } = await serve(async () => {}, 0);
  expect((await send('k1')).statusCode).toBe(409);
  await database.db.updateTable('idempotencyKeys').set({ createdAt: sql`now() - interval '61 seconds'` }).execute();
  expect((await send('k1')).json()).toEqual({ token: 'a-1' });
  gate.resolve();
  await lost;
});
