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
beforeEach(async () => {
  database = await createTestDatabase();
  accounts = await createTestAccounts(database);
  owner = await claimInstallation(accounts);
});
afterEach(async () => {
  await accounts[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const createToken = (by: string, scope: string, fields: object = {}) =>
  accounts.must<{ id: string; token: string }>('POST', '/v1/api-tokens', by, { name: 'ci', scope, ...fields });
const statusOfMe = async (token: string) => (await accounts.call('GET', '/auth/me', token)).status;
const lastUsedAt = async () =>
  (await database.db.selectFrom('apiTokens').select('lastUsedAt').executeTakeFirstOrThrow()).lastUsedAt;

test.each([
  ['read', 'viewer'],
  ['deploy', 'developer'],
  ['admin', 'owner'],
])('a token of scope %s acts as %s for an owner', async (scope, role) => {
  const { token, id } = await createToken(owner.accessToken, scope);
  expect(token).toMatch(/^dvt_[\w-]{43}$/);
  expect(await accounts.must('GET', '/auth/me', token)).toMatchObject({
    organization: { id: owner.organization.id, role },
    via: 'api_token',
    scope,
    sessionId: null,
    apiTokenId: id,
  });
});

test('the text of a token is shown once and stored nowhere', async () => {
  const { token, id } = await createToken(owner.accessToken, 'read');
  const list = await accounts.must<{ items: { id: string }[] }>('GET', '/v1/api-tokens', owner.accessToken);
  expect(list.items.map((item) => item.id)).toEqual([id]);
  expect(JSON.stringify(list)).not.toContain(token);
  expect(JSON.stringify(await database.db.selectFrom('apiTokens').selectAll().execute())).not.toContain(token);
});

test('nobody makes a token above their role, nor a wider token from a narrow one', async () => {
  const viewer = await accounts.join(owner, 'v@example.org', 'viewer');
  const wide = { name: 'ci', scope: 'deploy' };
  expect(await accounts.call('POST', '/v1/api-tokens', viewer.accessToken, wide)).toMatchObject({
    status: 403,
    body: { code: 'API_TOKEN_SCOPE_ABOVE_ROLE' },
  });
  const narrow = await createToken(owner.accessToken, 'deploy');
  expect((await accounts.call('POST', '/v1/api-tokens', narrow.token, wide)).status).toBe(403);
  expect((await accounts.call('GET', '/v1/sessions', narrow.token)).status).toBe(403);
});

test('a token that is revoked or has expired stops working at once', async () => {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const one = await createToken(owner.accessToken, 'read');
  const other = await createToken(owner.accessToken, 'read', { expiresAt });
  await accounts.must('DELETE', `/v1/api-tokens/${one.id}`, owner.accessToken);
  expect(await statusOfMe(one.token)).toBe(401);
  expect((await accounts.call('DELETE', `/v1/api-tokens/${one.id}`, owner.accessToken)).status).toBe(404);
  expect(await statusOfMe(other.token)).toBe(200);
  await database.db.updateTable('apiTokens').set({ expiresAt: sql`now()` }).execute();
  expect(await statusOfMe(other.token)).toBe(401);
  const past = { name: 'ci', scope: 'read', expiresAt: '2020-01-01T00:00:00Z' };
  expect(await accounts.call('POST', '/v1/api-tokens', owner.accessToken, past)).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/expiresAt' }] },
  });
});

test('a token falls with the role of its owner, and dies with the membership for good', async () => {
  const dev = await accounts.join(owner, 'd@example.org', 'developer');
  const { token } = await createToken(dev.accessToken, 'deploy');
  const member = `/v1/organizations/${owner.organization.id}/members/${dev.user.id}`;
  await accounts.must('PATCH', member, owner.accessToken, { role: 'viewer' });
  expect(await accounts.must('GET', '/auth/me', token)).toMatchObject({ organization: { role: 'viewer' } });
  await accounts.must('DELETE', member, owner.accessToken);
  expect([await statusOfMe(token), await statusOfMe(dev.accessToken)]).toEqual([401, 401]);
  const url = `/v1/organizations/${owner.organization.id}/invitations`;
  const invite = { email: 'd@example.org', role: 'owner' };
  const invitation = await accounts.must<{ token: string }>('POST', url, owner.accessToken, invite);
  await accounts.login('d@example.org', { invitationToken: invitation.token });
  expect([await statusOfMe(token), await statusOfMe(dev.accessToken)]).toEqual([401, 401]);
});

test('members see and revoke their own tokens, an admin all of the organization', async () => {
  const dev = await accounts.join(owner, 'd@example.org', 'developer');
  const mine = await createToken(dev.accessToken, 'deploy');
  const theirs = await createToken(owner.accessToken, 'read');
  const idsFor = async (token: string) =>
    (await accounts.must<{ items: { id: string }[] }>('GET', '/v1/api-tokens', token)).items.map(({ id }) => id);
  expect(await idsFor(dev.accessToken)).toEqual([mine.id]);
  expect(await idsFor(owner.accessToken)).toEqual([theirs.id, mine.id]);
  expect((await accounts.call('DELETE', `/v1/api-tokens/${theirs.id}`, dev.accessToken)).status).toBe(404);
  await accounts.must('DELETE', `/v1/api-tokens/${mine.id}`, owner.accessToken);
});

test('the last use of a token is written at most once a minute', async () => {
  const { token } = await createToken(owner.accessToken, 'read');
  expect(await lastUsedAt()).toBeNull();
  await statusOfMe(token);
  await expect.poll(lastUsedAt).not.toBeNull();
  const first = await lastUsedAt();
  await statusOfMe(token);
  await statusOfMe(token);
  expect(await lastUsedAt()).toEqual(first);
  await database.db.updateTable('apiTokens').set({ lastUsedAt: sql`now() - interval '61 seconds'` }).execute();
  await statusOfMe(token);
  await expect.poll(async () => Number(await lastUsedAt())).toBeGreaterThanOrEqual(Number(first));
});

test('a repetition with an Idempotency-Key gets the same token, which is not readable in the database', async () => {
  const body = { name: 'ci', scope: 'read' };
  const send = () => accounts.call('POST', '/v1/api-tokens', owner.accessToken, body, { 'idempotency-key': 'k' });
  const first = await send();
  expect((await send()).body).toEqual(first.body);
  expect(await statusOfMe(first.body.token)).toBe(200);
  expect(await database.db.selectFrom('apiTokens').select('id').execute()).toHaveLength(1);
  const kept = await database.db.selectFrom('idempotencyKeys').selectAll().executeTakeFirstOrThrow();
  expect(kept.body?.toString('latin1')).not.toContain('dvt_');
});
