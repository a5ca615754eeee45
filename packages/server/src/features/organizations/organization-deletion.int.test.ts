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

const foundAnother = () =>
  accounts.must<{ id: string }>('POST', '/v1/organizations', owner.accessToken, { name: 'Second' });
const remove = (by: SignedInAnswer) => accounts.call('DELETE', base, by.accessToken);

test('an owner deletes an empty organization, and goes on in another one', async () => {
  const second = await foundAnother();
  const guest = await accounts.join(owner, 'guest@example.org', 'admin');
  expect((await remove(guest)).status).toBe(403);
  expect((await remove(owner)).status).toBe(204);
  expect((await accounts.call('GET', '/auth/me', owner.accessToken)).status).toBe(401);
  const { refreshToken } = owner;
  const next = await accounts.must<SignedInAnswer>('POST', '/auth/refresh', undefined, { refreshToken });
  expect(next.organization.id).toBe(second.id);
  expect((await accounts.call('GET', '/auth/me', guest.accessToken)).status).toBe(401);
  const entry = await database.db
    .selectFrom('auditLog')
    .select(['organizationId', 'subject', 'details'])
    .where('action', '=', 'organization.delete')
    .executeTakeFirst();
  expect(entry).toMatchObject({
    organizationId: null,
    subject: owner.organization.id,
    details: { userId: owner.user.id },
  });
});

test('one with projects stays', async () => {
  await foundAnother();
  const project = { id: 'prj_1', organizationId: owner.organization.id, name: 'shop', description: '' };
  await database.db.insertInto('projects').values(project).execute();
  expect(await remove(owner)).toMatchObject({ status: 409, body: { code: 'ORGANIZATION_NOT_EMPTY' } });
});

test('nobody deletes what they could not sign in without', async () => {
  expect(await remove(owner)).toMatchObject({ status: 409, body: { code: 'ORGANIZATION_LAST' } });
});

test('the audit log is narrowed to an action, a subject, an actor and a time', async () => {
  const guest = await accounts.join(owner, 'guest@example.org', 'viewer');
  const middle = new Date().toISOString();
  await accounts.must('PATCH', `${base}/members/${guest.user.id}`, owner.accessToken, { role: 'developer' });
  const actionsOf = async (query: string) => {
    const { items } = await accounts.must<{ items: { action: string }[] }>(
      'GET',
      `${base}/audit-log?${query}`,
      owner.accessToken,
    );
    return items.map(({ action }) => action);
  };
  expect(await actionsOf('action=member.change_role')).toEqual(['member.change_role']);
  expect(await actionsOf('action=auth.')).toEqual(['auth.register', 'auth.register']);
  expect(await actionsOf('action=au')).toEqual([]);
  expect(await actionsOf(`subject=${guest.user.id}&action=member.`)).toEqual(['member.change_role']);
  expect(await actionsOf(`actor=${guest.user.id}`)).toContain('auth.register');
  expect(await actionsOf(`actor=${guest.user.id}`)).not.toContain('member.change_role');
  expect(await actionsOf(`since=${middle}`)).toEqual(['member.change_role']);
  expect(await actionsOf(`until=${middle}&limit=200`)).not.toContain('member.change_role');
  const bad = await accounts.call('GET', `${base}/audit-log?since=yesterday`, owner.accessToken);
  expect(bad.body).toMatchObject({ errors: [{ pointer: '/query/since' }] });
});
