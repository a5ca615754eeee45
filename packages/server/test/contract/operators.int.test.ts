import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIdleApp, type IdleApp } from '../support/idle-app.ts';
import type { SignedInAnswer } from '../support/test-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let app: IdleApp;
let owner: SignedInAnswer;
let anna: SignedInAnswer;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await createIdleApp(database);
  owner = await app.register('owner@example.org');
  anna = await app.register('anna@example.org');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const path = '/v1/platform/operators';
const appoint = (email: string, by: SignedInAnswer) => app.call('POST', path, { email }, by.accessToken);
const remove = (who: SignedInAnswer, by: SignedInAnswer) =>
  app.call('DELETE', `${path}/${who.user.id}`, undefined, by.accessToken);
const emails = async (by: SignedInAnswer) => {
  const { status, body } = await app.call('GET', path, undefined, by.accessToken);
  return status === 200 ? (body['items'] as { email: string }[]).map(({ email }) => email) : status;
};

test('whoever claimed the installation operates it, and the last one stays', async () => {
  expect(await emails(owner)).toEqual(['owner@example.org']);
  expect(await emails(anna)).toBe(403);
  expect(await remove(owner, owner)).toMatchObject({ status: 409, body: { code: 'OPERATOR_LAST' } });
  expect(await emails(owner)).toEqual(['owner@example.org']);
});

test('an operator appoints another by the address of their account, and is removed by them', async () => {
  expect(await appoint('nobody@example.org', owner)).toMatchObject({
    status: 404,
    body: { code: 'OPERATOR_ACCOUNT_NOT_FOUND' },
  });
  expect(await appoint('anna@example.org', anna)).toMatchObject({ status: 403 });
  expect(await appoint(' Anna@Example.org ', owner)).toMatchObject({
    status: 201,
    body: { userId: anna.user.id, email: 'anna@example.org' },
  });
  expect((await appoint('anna@example.org', owner)).status).toBe(201);
  expect(await emails(anna)).toEqual(['owner@example.org', 'anna@example.org']);
  expect((await remove(owner, anna)).status).toBe(204);
  expect(await emails(owner)).toBe(403);
  expect(await remove(owner, anna)).toMatchObject({ status: 404, body: { code: 'OPERATOR_NOT_FOUND' } });
  expect((await appoint('owner@example.org', anna)).status).toBe(201);
});

test('of two who remove each other at once, one stays', async () => {
  const answers = await Promise.all([remove(owner, anna), remove(anna, owner)]);
  const left = await database.db.selectFrom('platformOperators').select('userId').execute();
  expect(left).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  // For whatever comes after: both are operators again.
  const [present] = left;
  expect((await appoint('owner@example.org', present?.userId === anna.user.id ? anna : owner)).status).toBe(201);
});

test('what was done is in the log of the organization that the operator acted in, and what was refused', async () => {
  const rows = await database.db
    .selectFrom('auditLog')
    .select(['action', 'result', 'subject', 'actorId'])
    .where('action', 'like', 'operator.%')
    .where('actorId', '=', owner.user.id)
    .orderBy('id')
    .execute();
  const ofOwner = { actorId: owner.user.id };
  expect(rows).toEqual(
    expect.arrayContaining([
      { action: 'operator.remove', result: 'failed', subject: null, ...ofOwner },
      { action: 'operator.appoint', result: 'done', subject: anna.user.id, ...ofOwner },
      { action: 'operator.list', result: 'refused', subject: path, ...ofOwner },
    ]),
  );
});

test('what was refused to nobody known is in no organization’s log, and found by an operator by each of who, what, whence, when and how', async () => {
  const login = { email: 'unknown@example.org', password: 'guessed and wrong' };
  expect((await app.call('POST', '/auth/login', login)).status).toBe(401);
  const wish = { email: 'late@example.org', password: 'long enough to do', name: 'Late', claimToken: 'not the one' };
  expect((await app.call('POST', '/auth/register', wish)).body).toMatchObject({ code: 'CLAIM_INVALID' });
  const find = async (query: string, by: SignedInAnswer, of = '/v1/platform') => {
    const { status, body } = await app.call('GET', `${of}/audit-log?${query}`, undefined, by.accessToken);
    return status === 200
      ? (body['items'] as { action: string; details: object }[]).map(({ action, details }) => [action, details])
      : status;
  };
  const both = [
    ['auth.register', { code: 'CLAIM_INVALID' }],
    ['auth.login', {}],
  ];
  expect(await find('', owner)).toEqual(both);
  for (const query of ['result=refused', 'address=127.0.0.1', 'since=2020-01-01T00:00:00Z'])
    expect(await find(query, owner)).toEqual(both);
  expect(await find('action=auth.login', owner)).toEqual(both.slice(1));
  for (const query of ['result=done', 'address=192.0.2.1', `actor=${owner.user.id}`, 'until=2020-01-01T00:00:00Z'])
    expect(await find(query, owner)).toEqual([]);
  expect(JSON.stringify(await find('', owner))).not.toContain('guessed');
  expect(await find('result=nothing', owner)).toBe(400);
  const outsider = await app.register('outsider@example.org');
  expect(await find('', outsider)).toBe(403);
  const own = `/v1/organizations/${outsider.organization.id}`;
  expect(await find('result=refused', outsider, own)).toEqual([
    ['platform_audit_log.list', { code: 'PERMISSION_DENIED' }],
  ]);
  expect(await find('result=refused&address=192.0.2.1', outsider, own)).toEqual([]);
  expect(await find('result=done&action=auth.', outsider, own)).toEqual([
    ['auth.register', { by: 'open registration' }],
  ]);
});
