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
let base: string;
beforeEach(async () => {
  database = await createTestDatabase();
  accounts = await createTestAccounts(database);
  owner = await claimInstallation(accounts);
  base = `/v1/organizations/${owner.organization.id}`;
});
afterEach(async () => {
  await accounts[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

interface Items<T> {
  items: T[];
  nextCursor: string | null;
}
const changeRole = (by: SignedInAnswer, whom: SignedInAnswer, role: string) =>
  accounts.call('PATCH', `${base}/members/${whom.user.id}`, by.accessToken, { role });
const remove = (by: SignedInAnswer, whom: SignedInAnswer) =>
  accounts.call('DELETE', `${base}/members/${whom.user.id}`, by.accessToken);
const invite = (by: SignedInAnswer, email: string, role: string) =>
  accounts.call('POST', `${base}/invitations`, by.accessToken, { email, role });

test('a user lists, makes and renames organizations, each with the role held there', async () => {
  const made = await accounts.must<{ id: string }>('POST', '/v1/organizations', owner.accessToken, { name: 'Second' });
  const first = await accounts.must<Items<object>>('GET', '/v1/organizations?limit=1', owner.accessToken);
  const rest = `/v1/organizations?limit=1&cursor=${first.nextCursor}`;
  const second = await accounts.must<Items<object>>('GET', rest, owner.accessToken);
  expect(first.items).toMatchObject([{ id: owner.organization.id, role: 'owner', current: true }]);
  expect(second).toMatchObject({ items: [{ id: made.id, name: 'Second', current: false }], nextCursor: null });
  await accounts.must('PATCH', base, owner.accessToken, { name: ' Acme ' });
  expect(await accounts.must('GET', base, owner.accessToken)).toMatchObject({ name: 'Acme' });
  expect((await accounts.call('GET', `/v1/organizations/${made.id}`, owner.accessToken)).status).toBe(404);
});

test('one account founds no more organizations than it may, however many are asked for at once; an operator does', async () => {
  const member = await accounts.join(owner, 'm@example.org', 'viewer');
  const found = (by: SignedInAnswer, n: number) =>
    accounts.call('POST', '/v1/organizations', by.accessToken, { name: `Number ${n}` });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => found(member, n)));
  const made = answers.filter(({ status }) => status === 201);
  expect(made).toHaveLength(10);
  const refused = {
    code: 'ORGANIZATION_LIMIT',
    detail: 'One account may found 10 organizations here, and you have founded as many.',
  };
  for (const answer of answers.filter((each) => !made.includes(each)))
    expect(answer).toMatchObject({ status: 409, body: refused });
  const { user } = member;
  const rows = await database.db.selectFrom('organizations').select('id').where('foundedBy', '=', user.id).execute();
  expect(rows).toHaveLength(10);

  const [first] = rows;
  const acting = await accounts.login(user.email, { organizationId: first?.id });
  await accounts.must('DELETE', `/v1/organizations/${first?.id}`, acting.accessToken);
  expect((await found(member, 20)).status).toBe(201);
  expect((await found(member, 21)).status).toBe(409);
  for (let n = 0; n < 11; n++) expect((await found(owner, n)).status).toBe(201);
});

test('the organization that a new account begins with counts', async () => {
  await using open = await createTestAccounts(database, { openRegistration: true, organizationsPerAccount: 1 });
  const { accessToken } = await open.register({ email: 'o@example.org' });
  expect(await open.call('POST', '/v1/organizations', accessToken, { name: 'Second' })).toMatchObject({
    status: 409,
    body: { code: 'ORGANIZATION_LIMIT' },
  });
});

test('the last owner can be neither lowered nor removed', async () => {
  for (const answer of [await changeRole(owner, owner, 'admin'), await remove(owner, owner)]) {
    expect(answer).toMatchObject({ status: 409, body: { code: 'MEMBER_LAST_OWNER' } });
  }
  const other = await accounts.join(owner, 'b@example.org', 'owner');
  expect((await remove(owner, owner)).status).toBe(204);
  expect((await changeRole(other, other, 'viewer')).body).toMatchObject({ code: 'MEMBER_LAST_OWNER' });
});

test('two owners who lower each other at once leave one', async () => {
  const other = await accounts.join(owner, 'b@example.org', 'owner');
  // Holds the members, so that both are under way before either is done.
  const holder = await database.pool.connect();
  await holder.query('begin');
  await holder.query('select from members for update');
  const both = Promise.all([changeRole(owner, other, 'viewer'), changeRole(other, owner, 'viewer')]);
  const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  await expect.poll(async () => (await database.pool.query(waiting)).rowCount).toBe(2);
  await holder.query('commit');
  holder.release();
  const statuses = (await both).map(({ status }) => status);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 409]);
  const owners = await database.db.selectFrom('members').select('userId').where('role', '=', 'owner').execute();
  expect(owners).toHaveLength(1);
});

test('nobody grants, changes or removes a role above their own', async () => {
  const admin = await accounts.join(owner, 'a@example.org', 'admin');
  const dev = await accounts.join(owner, 'd@example.org', 'developer');
  const above = { status: 403, body: { code: 'ROLE_ABOVE_OWN' } };
  expect(await changeRole(admin, dev, 'owner')).toMatchObject(above);
  expect(await changeRole(admin, owner, 'viewer')).toMatchObject(above);
  expect(await remove(admin, owner)).toMatchObject(above);
  expect(await invite(admin, 'x@example.org', 'owner')).toMatchObject(above);
  expect(await changeRole(admin, dev, 'admin')).toMatchObject({ status: 200, body: { role: 'admin' } });
  const invitation = (await invite(owner, 'y@example.org', 'owner')).body;
  const revoke = await accounts.call('DELETE', `${base}/invitations/${invitation.id}`, admin.accessToken);
  expect(revoke).toMatchObject(above);
  expect(await invite(admin, 'y@example.org', 'viewer')).toMatchObject(above);
  expect(await accounts.register({ email: 'y@example.org', invitationToken: invitation.token })).toMatchObject({
    organization: { role: 'owner' },
  });
});

test('a member may leave, and only an admin removes another', async () => {
  const dev = await accounts.join(owner, 'd@example.org', 'developer');
  const viewer = await accounts.join(owner, 'v@example.org', 'viewer');
  expect(await remove(dev, viewer)).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } });
  expect((await remove(viewer, viewer)).status).toBe(204);
  expect((await accounts.call('GET', base, viewer.accessToken)).status).toBe(401);
  expect((await remove(owner, viewer)).body).toMatchObject({ code: 'MEMBER_NOT_FOUND' });
  const members = await accounts.must<Items<{ email: string }>>('GET', `${base}/members`, dev.accessToken);
  expect(members.items.map(({ email }) => email)).toEqual(['owner@example.org', 'd@example.org']);
});

test('a role that is lowered counts from the next request on', async () => {
  const admin = await accounts.join(owner, 'a@example.org', 'admin');
  expect((await invite(admin, 'x@example.org', 'viewer')).status).toBe(201);
  await changeRole(owner, admin, 'viewer');
  expect((await invite(admin, 'y@example.org', 'viewer')).status).toBe(403);
});

test('an invitation is shown once, replaced by a new one, and ends when it is revoked, used or old', async () => {
  const first = (await invite(owner, 'x@example.org', 'viewer')).body;
  const second = (await invite(owner, 'x@example.org', 'developer')).body;
  const list = await accounts.must<Items<{ id: string }>>('GET', `${base}/invitations`, owner.accessToken);
  expect(list.items.map(({ id }) => id)).toEqual([second.id]);
  expect(JSON.stringify(list)).not.toContain('dvi_');
  const accept = (invitationToken: string) =>
    accounts.call('POST', '/auth/register', undefined, {
      email: 'x@example.org',
      password: 'long enough to do',
      name: 'X',
      invitationToken,
    });
  expect(await accept(first.token)).toMatchObject({ status: 403, body: { code: 'INVITATION_INVALID' } });
  await accounts.must('DELETE', `${base}/invitations/${second.id}`, owner.accessToken);
  expect((await accept(second.token)).status).toBe(403);
  expect((await accounts.call('DELETE', `${base}/invitations/${second.id}`, owner.accessToken)).status).toBe(404);
  const third = (await invite(owner, 'x@example.org', 'viewer')).body;
  await database.db.updateTable('invitations').set({ expiresAt: sql`now()` }).execute();
  expect((await accept(third.token)).status).toBe(403);
  const fourth = (await invite(owner, 'x@example.org', 'viewer')).body;
  expect((await accept(fourth.token)).status).toBe(201);
  expect(await invite(owner, 'x@example.org', 'viewer')).toMatchObject({
    status: 409,
    body: { code: 'MEMBER_EXISTS' },
  });
});

test('of two who accept the same invitation at once one becomes a member', async () => {
  const { token: invitationToken } = (await invite(owner, 'x@example.org', 'viewer')).body;
  const body = { email: 'x@example.org', password: 'long enough to do', name: 'X', invitationToken };
  const answers = await Promise.all([1, 2].map(() => accounts.call('POST', '/auth/register', undefined, body)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(await database.db.selectFrom('members').select('userId').execute()).toHaveLength(2);
});

test('an entry of the audit log names the request, by the id that its caller was told', async () => {
  const headers = { authorization: `Bearer ${owner.accessToken}` };
  const answer = await accounts.app.inject({ method: 'PATCH', url: base, headers, payload: { name: 'Named' } });
  const refusal = await accounts.app.inject({
    method: 'POST',
    url: '/auth/login',
    payload: { email: 'owner@example.org', password: 'no' },
  });
  const { items } = await accounts.must<Items<Record<string, unknown>>>('GET', `${base}/audit-log`, owner.accessToken);
  expect(items[0]).toMatchObject({ action: 'auth.login', requestId: refusal.headers['x-request-id'] });
  expect(items[1]).toMatchObject({ action: 'organization.rename', requestId: answer.headers['x-request-id'] });
});

test('every write and every refusal is in the audit log, newest first, without secrets', async () => {
  const admin = await accounts.join(owner, 'a@example.org', 'admin');
  const viewer = await accounts.join(owner, 'v@example.org', 'viewer');
  await accounts.must('PATCH', base, admin.accessToken, { name: 'Acme' });
  await invite(viewer, 'x@example.org', 'viewer');
  await changeRole(admin, owner, 'viewer');
  await accounts.call('POST', '/auth/login', undefined, { email: 'v@example.org', password: 'wrong' });
  const log = await accounts.must<Items<Record<string, unknown>>>('GET', `${base}/audit-log`, admin.accessToken);
  expect(log.items.map(({ action, result, actorId }) => [action, result, actorId])).toEqual([
    ['auth.login', 'refused', null],
    ['member.change_role', 'refused', admin.user.id],
    ['invitation.create', 'refused', viewer.user.id],
    ['organization.rename', 'done', admin.user.id],
    ['auth.register', 'done', viewer.user.id],
    ['invitation.create', 'done', owner.user.id],
    ['auth.register', 'done', admin.user.id],
    ['invitation.create', 'done', owner.user.id],
    ['auth.register', 'done', owner.user.id],
  ]);
  expect(log.items[1]).toMatchObject({ subject: `${base}/members/${owner.user.id}`, address: '127.0.0.1' });
  expect(log.items.every(({ requestId }) => String(requestId).startsWith('req_'))).toBe(true);
  expect(JSON.stringify(log)).not.toMatch(/dv[a-z]_|password/);
  const first = await accounts.must<Items<unknown>>('GET', `${base}/audit-log?limit=5`, admin.accessToken);
  const rest = `${base}/audit-log?limit=5&cursor=${first.nextCursor}`;
  const second = await accounts.must<Items<unknown>>('GET', rest, admin.accessToken);
  expect([...first.items, ...second.items]).toEqual(log.items);
});
