import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  claimInstallation,
  createTestAccounts,
  type SignedInAnswer,
  type TestAccounts,
} from '../../../test/support/test-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

let database: TestDatabase;
let accounts: TestAccounts;
let owner: SignedInAnswer;
let now = new Date();
beforeEach(async () => {
  now = new Date();
  database = await createTestDatabase();
  accounts = await createTestAccounts(database, { clock: { now: () => now } });
  owner = await claimInstallation(accounts);
});
afterEach(async () => {
  await accounts[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function refresh(refreshToken: string, fields: object = {}, key?: string) {
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  return await accounts.call('POST', '/auth/refresh', undefined, { refreshToken, ...fields }, headers);
}
const statusOfMe = async (token: string) => (await accounts.call('GET', '/auth/me', token)).status;

test('each refresh token is good for one refresh, and the next one goes on', async () => {
  const second = await refresh(owner.refreshToken);
  expect(second.status).toBe(200);
  expect(second.body.sessionId).toBe(owner.sessionId);
  expect(second.body.refreshToken).not.toBe(owner.refreshToken);
  expect((await refresh(second.body.refreshToken)).status).toBe(200);
  expect(await statusOfMe(second.body.accessToken)).toBe(200);
});

test('a refresh token that comes again revokes its family, and no other session', async () => {
  const other = await accounts.login(owner.user.email);
  const second = await refresh(owner.refreshToken);
  expect(await refresh(owner.refreshToken)).toMatchObject({ status: 401, body: { code: 'REFRESH_TOKEN_REUSED' } });
  expect(await refresh(second.body.refreshToken)).toMatchObject({
    status: 401,
    body: { code: 'REFRESH_TOKEN_INVALID' },
  });
  expect(await statusOfMe(second.body.accessToken)).toBe(401);
  expect(await statusOfMe(other.accessToken)).toBe(200);
  const entries = await accounts.audit.list(owner.organization.id, 10, undefined);
  expect(entries[0]).toMatchObject({
    action: 'session.refresh_token_reused',
    subject: owner.sessionId,
    result: 'refused',
  });
});

test('two tabs that refresh at once both go on', async () => {
  // Holds the token's row, so that both requests have arrived before either is done.
  const holder = await database.pool.connect();
  await holder.query('begin');
  await holder.query('select * from refresh_tokens for update');
  const both = Promise.all([refresh(owner.refreshToken), refresh(owner.refreshToken)]);
  const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  await expect.poll(async () => (await database.pool.query(waiting)).rowCount).toBe(2);
  await holder.query('commit');
  holder.release();
  const answers = await both;
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  for (const { body } of answers) expect((await refresh(body.refreshToken)).status).toBe(200);
});

test('a refresh repeated with its Idempotency-Key gets the same token for a moment', async () => {
  const first = await refresh(owner.refreshToken, {}, 'key');
  const repeated = await refresh(owner.refreshToken, {}, 'key');
  expect([repeated.status, repeated.body.refreshToken]).toEqual([200, first.body.refreshToken]);
  expect(await statusOfMe(repeated.body.accessToken)).toBe(200);
  await database.db.updateTable('refreshTokens').set({ usedAt: sql`used_at - interval '11 seconds'` }).execute();
  expect(await refresh(owner.refreshToken, {}, 'key')).toMatchObject({ body: { code: 'REFRESH_TOKEN_REUSED' } });
});

test('the key of a refresh does not help once the next token was used, nor another key', async () => {
  const first = await refresh(owner.refreshToken, {}, 'key');
  await refresh(first.body.refreshToken);
  expect(await refresh(owner.refreshToken, {}, 'key')).toMatchObject({ body: { code: 'REFRESH_TOKEN_REUSED' } });
  const other = await accounts.login(owner.user.email);
  await refresh(other.refreshToken, {}, 'key');
  expect(await refresh(other.refreshToken, {}, 'another')).toMatchObject({ body: { code: 'REFRESH_TOKEN_REUSED' } });
});

test('an access token lives 15 minutes, a session 7 days after its last refresh', async () => {
  now = new Date(now.getTime() + 899_000);
  expect(await statusOfMe(owner.accessToken)).toBe(200);
  now = new Date(now.getTime() + 2_000);
  expect(await statusOfMe(owner.accessToken)).toBe(401);
  const days = sql<string>`extract(epoch from expires_at - created_at) / 86400`.as('days');
  const session = await database.db.selectFrom('sessions').select(days).executeTakeFirstOrThrow();
  expect(Number(session.days)).toBeCloseTo(7, 2);
  await database.db.updateTable('refreshTokens').set({ expiresAt: sql`now()` }).execute();
  expect(await refresh(owner.refreshToken)).toMatchObject({ status: 401, body: { code: 'REFRESH_TOKEN_INVALID' } });
});

test('a forged or foreign access token is nobody', async () => {
  const [header, payload] = owner.accessToken.split('.');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  for (const token of [`${header}.${payload}.AAAA`, `${none}.${payload}.`, 'x', 'dvt_x', owner.refreshToken]) {
    expect(await statusOfMe(token)).toBe(401);
  }
});

test('a session that is revoked stops working at once', async () => {
  const phone = await accounts.login(owner.user.email);
  const { items } = await accounts.must<{ items: { id: string; current: boolean }[] }>(
    'GET',
    '/v1/sessions',
    owner.accessToken,
  );
  expect(items.map(({ id, current }) => [id, current])).toEqual([
    [phone.sessionId, false],
    [owner.sessionId, true],
  ]);
  await accounts.must('DELETE', `/v1/sessions/${phone.sessionId}`, owner.accessToken);
  expect(await statusOfMe(phone.accessToken)).toBe(401);
  expect((await refresh(phone.refreshToken)).status).toBe(401);
  expect((await accounts.call('DELETE', `/v1/sessions/${phone.sessionId}`, owner.accessToken)).status).toBe(404);
});

test("nobody ends another one's session", async () => {
  const viewer = await accounts.join(owner, 'v@example.org', 'viewer');
  expect((await accounts.call('DELETE', `/v1/sessions/${viewer.sessionId}`, owner.accessToken)).status).toBe(404);
  expect(await statusOfMe(viewer.accessToken)).toBe(200);
});

test('signing out ends the session, by either token', async () => {
  const other = await accounts.login(owner.user.email);
  await accounts.must('POST', '/auth/logout', undefined, { refreshToken: other.refreshToken });
  expect(await statusOfMe(other.accessToken)).toBe(401);
  await accounts.must('POST', '/auth/logout', owner.accessToken, {});
  expect(await statusOfMe(owner.accessToken)).toBe(401);
  expect((await accounts.call('POST', '/auth/logout', undefined, {})).status).toBe(401);
});

test('a refresh switches to another organization of the user', async () => {
  const made = await accounts.must<{ id: string }>('POST', '/v1/organizations', owner.accessToken, { name: 'Second' });
  const switched = await refresh(owner.refreshToken, { organizationId: made.id });
  expect(switched.body.organization).toEqual({ id: made.id, name: 'Second', role: 'owner' });
  const stays = await refresh(switched.body.refreshToken);
  expect(stays.body.organization.id).toBe(made.id);
  expect(await refresh(stays.body.refreshToken, { organizationId: 'org_other' })).toMatchObject({ status: 404 });
  // What was asked for was refused, so the token was not used up.
  expect((await refresh(stays.body.refreshToken)).status).toBe(200);
});
