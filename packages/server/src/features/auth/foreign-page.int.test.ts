import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser } from '../../../test/support/browser.ts';
import {
  claimInstallation,
  createTestAccounts,
  password,
  type SignedInAnswer,
  type TestAccounts,
} from '../../../test/support/test-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

const requests = 8;

let database: TestDatabase;
let accounts: TestAccounts;
let owner: SignedInAnswer;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  accounts = await createTestAccounts(database, { server: { rateLimit: { requests, windowMs: 60_000 } } });
  owner = await claimInstallation(accounts);
  url = await accounts.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await accounts[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

test('what another site’s page sends is in the audit log, until its address has no tries left', async () => {
  const browser = createBrowser(url);
  const me = { email: 'owner@example.org', password };
  expect((await browser.fetch('POST', '/auth/login', me, { 'x-davit-session': 'cookie' })).status).toBe(200);
  const send = async (method: string, path: string) =>
    (await browser.fetch(method, path, {}, { origin: 'https://evil.example' })).status;
  expect(await send('PATCH', '/auth/me')).toBe(403);
  expect(await send('POST', '/auth/refresh')).toBe(403);
  const { rows } = await database.pool.query(
    `select action, actor_id, organization_id, subject, result, address from audit_log
     where details @> '{"code": "CSRF_REFUSED"}' order by id`,
  );
  const refused = { result: 'refused', address: '127.0.0.1' };
  const mine = { actor_id: owner.user.id, organization_id: owner.organization.id };
  const nobodys = { actor_id: null, organization_id: null };
  expect(rows).toEqual([
    { ...refused, ...mine, action: 'account.rename', subject: '/auth/me' },
    { ...refused, ...nobodys, action: 'session.refresh', subject: '/auth/refresh' },
  ]);

  // Such a page does not fill the log, and uses up nothing that the user has.
  const statuses = [];
  for (let index = 0; index < requests * 2; index += 1) statuses.push(await send('DELETE', '/v1/sessions/ses_none'));
  expect(statuses.at(-1)).toBe(429);
  const left = await database.pool.query(
    "select action, result from audit_log where subject = '/v1/sessions/ses_none' order by id",
  );
  expect(left.rows.length).toBeLessThanOrEqual(requests + 1);
  expect(left.rows.at(-1)).toEqual({ action: 'request.limit', result: 'refused' });
  expect((await browser.fetch('GET', '/auth/me')).status).toBe(200);
});
