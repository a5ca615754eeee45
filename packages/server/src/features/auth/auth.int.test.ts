import { readFile, stat } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  claimInstallation,
  createTestAccounts,
  password,
  type TestAccounts,
} from '../../../test/support/test-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { findClaimToken } from './claim.ts';

let database: TestDatabase;
let accounts: TestAccounts;
beforeEach(async () => {
  database = await createTestDatabase();
  accounts = await createTestAccounts(database);
});
afterEach(async () => {
  await accounts[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const account = (fields: object = {}) => ({ email: 'a@example.org', password, name: 'Anna', ...fields });
const tryRegister = (fields: object = {}) => accounts.call('POST', '/auth/register', undefined, account(fields));

test('the first owner needs the claim token, which only its data folder tells', async () => {
  const prepared = await accounts.claim.prepare();
  const path = joinPath(accounts.dataDir, 'claim-token');
  expect(prepared).toEqual({ token: (await readFile(path, 'utf8')).trim(), path });
  expect(await findClaimToken(accounts.dataDir)).toBe(prepared?.token);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await tryRegister()).toMatchObject({ status: 403, body: { code: 'CLAIM_REQUIRED' } });
  expect(await tryRegister({ claimToken: 'dvc_wrong' })).toMatchObject({
    status: 403,
    body: { code: 'CLAIM_INVALID' },
  });
  const owner = await tryRegister({ claimToken: prepared?.token, organizationName: 'Acme' });
  expect(owner).toMatchObject({ status: 201, body: { organization: { name: 'Acme', role: 'owner' } } });
  await expect(stat(path)).rejects.toThrow('ENOENT');
  expect(await accounts.claim.prepare()).toBeNull();
});

test('the claim token stays the same over a restart, and is not stored in clear', async () => {
  const first = await accounts.claim.prepare();
  expect(await accounts.claim.prepare()).toEqual(first);
  const settings = await database.db.selectFrom('platformSettings').selectAll().execute();
  expect(JSON.stringify(settings)).not.toContain(first?.token);
});

test('of two claims at once one wins', async () => {
  const claimToken = (await accounts.claim.prepare())?.token;
  const answers = await Promise.all(['a', 'b', 'c'].map((n) => tryRegister({ email: `${n}@example.org`, claimToken })));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 403, 403]);
  expect(await database.db.selectFrom('users').select('id').execute()).toHaveLength(1);
  expect(await database.db.selectFrom('organizations').select('id').execute()).toHaveLength(1);
});

test('afterwards an account needs an invitation for its own address', async () => {
  const owner = await claimInstallation(accounts);
  expect(await tryRegister()).toMatchObject({ status: 403, body: { code: 'REGISTRATION_CLOSED' } });
  const url = `/v1/organizations/${owner.organization.id}/invitations`;
  const invite = { email: 'A@Example.org', role: 'developer' };
  const { token: invitationToken } = await accounts.must<{ token: string }>('POST', url, owner.accessToken, invite);
  const other = await tryRegister({ email: 'b@example.org', invitationToken });
  expect(other).toMatchObject({ status: 403, body: { code: 'INVITATION_INVALID' } });
  expect(await tryRegister({ invitationToken })).toMatchObject({
    status: 201,
    body: { user: { email: 'a@example.org' }, organization: { id: owner.organization.id, role: 'developer' } },
  });
  expect(await tryRegister({ email: 'a@example.org', invitationToken })).toMatchObject({ status: 403 });
});

test('a setting opens registration, though not for the first owner', async () => {
  const open = await createTestAccounts(database, { openRegistration: true });
  expect((await open.call('POST', '/auth/register', undefined, account())).body).toMatchObject({
    code: 'CLAIM_REQUIRED',
  });
  await claimInstallation(open);
  const anna = await open.register(account());
  expect(anna.organization).toMatchObject({ name: "Anna's organization", role: 'owner' });
  expect((await open.call('POST', '/auth/register', undefined, account())).body).toMatchObject({ code: 'EMAIL_TAKEN' });
  await open[Symbol.asyncDispose]();
});

test.each([
  ['a password below 10 characters', { password: '123456789' }, '/password'],
  ['a password above 256 characters', { password: 'x'.repeat(257) }, '/password'],
  ['no e-mail address', { email: 'nobody' }, '/email'],
  ['an empty name', { name: ' ' }, '/name'],
  ['a field that does not exist', { admin: true }, '/admin'],
  ['a claim and an invitation', { claimToken: 'x', invitationToken: 'x' }, '/invitationToken'],
])('%s is refused', async (_what, fields, pointer) => {
  const { status, body } = await tryRegister(fields);
  expect([status, body.errors.map((field: { pointer: string }) => field.pointer)]).toEqual([400, [pointer]]);
  expect(JSON.stringify(body)).not.toContain('123456789');
});

test('signing in says the same of a wrong password and of nobody', async () => {
  const owner = await claimInstallation(accounts);
  const wrong = await accounts.call('POST', '/auth/login', undefined, { email: owner.user.email, password: 'wrong' });
  const nobody = await accounts.call('POST', '/auth/login', undefined, { email: 'x@example.org', password: 'wrong' });
  expect(wrong.status).toBe(401);
  expect({ ...nobody.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
  const again = await accounts.login('OWNER@example.org');
  expect(await accounts.must('GET', '/auth/me', again.accessToken)).toEqual({
    user: { id: owner.user.id, email: 'owner@example.org', name: 'Olga' },
    organization: { ...owner.organization },
    via: 'user',
    scope: null,
    sessionId: again.sessionId,
    apiTokenId: null,
    isOperator: true,
  });
});

test('no password and no token is stored in clear', async () => {
  const owner = await claimInstallation(accounts);
  const tables = ['users', 'sessions', 'refreshTokens', 'auditLog'] as const;
  const rows = await Promise.all(tables.map((table) => database.db.selectFrom(table).selectAll().execute()));
  const stored = JSON.stringify(rows);
  expect(stored).toContain('$argon2id$');
  for (const secret of [password, owner.accessToken, owner.refreshToken]) expect(stored).not.toContain(secret);
});

test('somebody with an account accepts an invitation by signing in, and acts in either organization', async () => {
  const open = await createTestAccounts(database, { openRegistration: true });
  const owner = await claimInstallation(open);
  const anna = await open.register(account());
  const url = `/v1/organizations/${owner.organization.id}/invitations`;
  const invite = { email: 'a@example.org', role: 'viewer' };
  const { token: invitationToken } = await open.must<{ token: string }>('POST', url, owner.accessToken, invite);
  const joined = await open.login('a@example.org', { invitationToken });
  expect(joined.organization).toEqual({ ...owner.organization, role: 'viewer' });
  const back = await open.login('a@example.org', { organizationId: anna.organization.id });
  expect(back.organization.role).toBe('owner');
  const elsewhere = { email: 'owner@example.org', password, organizationId: anna.organization.id };
  expect((await open.call('POST', '/auth/login', undefined, elsewhere)).body).toMatchObject({
    code: 'ORGANIZATION_NOT_FOUND',
  });
  await open[Symbol.asyncDispose]();
});
