import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAdmin } from '../test/support/run-admin.ts';
import { claimInstallation, createTestAccounts, type TestAccounts } from '../test/support/test-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/test-database.ts';

let database: TestDatabase;
let accounts: TestAccounts;
const reset = (whose: string) =>
  runAdmin('reset-password', { DATABASE_URL: database.connectionString }, { email: whose });

beforeAll(async () => {
  database = await createTestDatabase();
  accounts = await createTestAccounts(database);
});
afterAll(async () => {
  await accounts[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

test('who forgot a password gets another one on the machine of davit, and every session of before ends', async () => {
  const owner = await claimInstallation(accounts);
  const { email } = owner.user;
  const { exitCode, value, text } = await reset(` ${owner.user.email.toUpperCase()} `);
  expect([exitCode, value]).toEqual([0, expect.objectContaining({ email, userId: owner.user.id, sessionsEnded: 1 })]);
  const password = String(value?.['password']);
  expect([password.length >= 20, text]).toEqual([true, expect.stringContaining(password)]);
  expect((await accounts.call('GET', '/auth/me', owner.accessToken)).status).toBe(401);
  expect((await accounts.call('POST', '/auth/login', undefined, { email, password })).status).toBe(200);
  const { rows } = await database.pool.query(
    "select actor_kind, subject, details from audit_log where action = 'account.reset_password'",
  );
  expect(rows).toEqual([{ actor_kind: 'system', subject: owner.user.id, details: { email, sessionsEnded: 1 } }]);
});

test('an address that nobody has is said to be', async () => {
  const { exitCode, code, message } = await reset('nobody@example.com');
  expect([exitCode, code, message]).toEqual([
    1,
    'ACCOUNT_NOT_FOUND',
    'Nobody has an account with this e-mail address here.',
  ]);
});
