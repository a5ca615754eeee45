import { CredentialService } from '@davit/api/rpc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resetPassword } from '../../src/features/auth/index.ts';
import { createIdleApp, type IdleApp } from '../support/idle-app.ts';
import { password } from '../support/test-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const requests = 12;
const signIns = 3;
/** By which the proxy before davit is known, on the machine where services run too. */
const proxyToken = 'the-token-of-the-proxy-of-these-tests';

let database: TestDatabase;
let servers: { app: IdleApp; url: string }[];
beforeAll(async () => {
  database = await createTestDatabase();
  servers = [];
  for (const token of [proxyToken, proxyToken, 'the-token-of-another-proxy-than-that']) {
    const app = await createIdleApp(database, undefined, {
      RATE_LIMIT_REQUESTS: String(requests),
      RATE_LIMIT_SIGN_IN: String(signIns),
      TRUSTED_PROXIES: '127.0.0.1',
      TRUSTED_PROXY_TOKEN: token,
    });
    servers.push({ app, url: await app.listen() });
  }
  await servers[0]?.app.register('owner@example.org');
});
afterAll(async () => {
  for (const { app } of servers) await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

interface Sent {
  server?: number;
  path?: string;
  token?: string;
  /** What the proxy before davit says. */
  from?: string;
  body?: object;
  headers?: Record<string, string>;
}

async function send({ server = 0, path = '/auth/me', token, from, body, headers }: Sent): Promise<Response> {
  return await fetch(`${servers[server]?.url}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(from === undefined ? {} : { 'x-forwarded-for': from, 'x-davit-front': proxyToken }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
}

let people = 0;
/** Somebody whose requests nobody has counted yet. */
async function somebody() {
  people += 1;
  const email = `somebody-${people}@example.org`;
  const body = { email, password, name: 'Somebody' };
  const answer = await send({ path: '/auth/register', from: `198.51.100.${people}`, body });
  expect(answer.status).toBe(201);
  const { accessToken: token } = (await answer.json()) as { accessToken: string };
  return { email, token };
}

/** Uses up what the user has, at two servers in turn. */
async function exhaust(token: string): Promise<void> {
  for (let index = 0; index < requests; index += 1) {
    const server = index % 2;
    const { status } = await send({ server, token });
    expect(status, `request ${index}`).toBeLessThan(430);
  }
}

test('a user has so many requests in a window, whichever server takes them, and is told when to come again', async () => {
  const { token } = await somebody();
  const statuses: number[] = [];
  // Servers tell each other of what is not yet near the limit within a fifth of a second: the rest is exact.
  for (let index = 0; index < requests * 2; index += 1)
    statuses.push((await send({ server: index % 2, token })).status);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  const taken = statuses.filter((status) => status === 200).length;
  expect(taken).toBeGreaterThanOrEqual(requests);
  expect(taken).toBeLessThanOrEqual(requests + requests / 2);
  const refused = await send({ server: 1, token });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({
    code: 'RATE_LIMITED',
    hint: expect.stringContaining('Retry-After'),
    details: { limit: requests, windowSeconds: 60 },
  });
  const other = await somebody();
  expect((await send({ token: other.token })).status).toBe(200);
});

test('who comes too often is in the audit log once a window, however often they come and at whichever server', async () => {
  const { token } = await somebody();
  await exhaust(token);
  for (let index = 0; index < requests; index += 1) await send({ server: index % 2, token });
  for (const server of [0, 1]) expect((await send({ server, token })).status).toBe(429);
  const write = { path: '/v1/projects', body: { name: 'one-more' }, token };
  for (const server of [0, 1]) expect((await send({ server, ...write })).status).toBe(429);
  const { userId } = await database.db
    .selectFrom('users')
    .select('id as userId')
    .where('email', '=', `somebody-${people}@example.org`)
    .executeTakeFirstOrThrow();
  const entries = await database.db
    .selectFrom('auditLog')
    .select(['action', 'result', 'subject', 'address', 'organizationId', 'details'])
    .where('actorId', '=', userId)
    .where('result', '!=', 'done')
    .execute();
  expect(entries).toEqual([
    {
      action: 'request.limit',
      result: 'refused',
      subject: '/auth/me',
      address: '127.0.0.1',
      organizationId: expect.any(String),
      details: {
        code: 'RATE_LIMITED',
        asked: 'account.get',
        limit: requests,
        windowSeconds: 60,
        retryAfterSeconds: expect.any(Number),
      },
    },
  ]);
});

test('an address that guesses passwords is in the log once, without anything it sent', async () => {
  const from = '198.51.100.200';
  const body = { email: 'guessed@example.org', password: 'a guess that is wrong' };
  for (let index = 0; index < signIns * 3; index += 1) await send({ path: '/auth/login', from, body });
  const entries = await database.db
    .selectFrom('auditLog')
    .select(['actorKind', 'subject', 'details'])
    .where('address', '=', from)
    .where('action', '=', 'request.limit')
    .execute();
  expect(entries).toMatchObject([
    { actorKind: 'anonymous', subject: '/auth/login', details: { asked: 'auth.login', limit: signIns } },
  ]);
  expect(JSON.stringify(entries)).not.toContain('guess that');
});

test('another session or an API token of the same user has no tries of its own', async () => {
  const { token } = await somebody();
  const made = await send({ path: '/v1/api-tokens', token, body: { name: 'ci', scope: 'read' } });
  const { token: apiToken } = (await made.json()) as { token: string };
  await exhaust(token);
  await exhaust(token);
  expect((await send({ token: apiToken })).status).toBe(429);
});

test('calls by RPC and the openings of streams and WebSockets count too', async () => {
  const { token } = await somebody();
  await exhaust(token);
  await exhaust(token);
  const { listCredentials } = CredentialService.method;
  const path = `/${CredentialService.typeName}/${listCredentials.name}`;
  const called = await send({ path, token, body: {} });
  expect([called.status, Number(called.headers.get('retry-after')) > 0]).toEqual([429, true]);
  expect(await called.json()).toMatchObject({ code: 'resource_exhausted' });
  const stream = await send({ path: '/v1/projects/prj_none/events', token });
  expect(stream.status).toBe(429);
  const terminal = await send({ path: '/v1/services/svc_none/instances/ins_none/terminal', token });
  expect(terminal.status).toBe(429);
});

test('guesses at a password are held back by their address, at all servers, and right ones are not counted', async () => {
  const { email } = await somebody();
  const from = '203.0.113.7';
  const login = (server: number, word: string, address = from) =>
    send({ server, path: '/auth/login', from: address, body: { email, password: word } });
  for (let index = 0; index < signIns; index += 1) expect((await login(index % 2, password)).status).toBe(200);
  for (let index = 0; index < signIns; index += 1) expect((await login(index % 2, 'wrong password')).status).toBe(401);
  for (const server of [0, 1]) {
    const refused = await login(server, password);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
  }
  expect((await login(0, password, '203.0.113.8')).status).toBe(200);
});

test('refreshes and registrations that come to nothing count as guesses', async () => {
  const from = '203.0.113.20';
  const refresh = () => send({ path: '/auth/refresh', from, body: { refreshToken: 'r'.repeat(43) } });
  for (let index = 0; index < signIns; index += 1) expect((await refresh()).status).toBe(401);
  expect((await refresh()).status).toBe(429);
  const account = { email: 'x@example.org', password, name: 'X', invitationToken: 'i'.repeat(43) };
  expect((await send({ path: '/auth/register', from, body: account })).status).toBe(429);
});

test('who is not signed in is counted by address, and what a stranger says of the address is not believed', async () => {
  const statuses = async (server: number, from: (index: number) => string) => {
    const found = [];
    for (let index = 0; index <= requests * 2; index += 1)
      found.push((await send({ server, path: '/auth/setup', from: from(index) })).status);
    return found;
  };
  expect((await statuses(0, () => '203.0.113.30')).at(-1)).toBe(429);
  expect(await statuses(0, (index) => `203.0.113.${100 + index}`)).not.toContain(429);
  // The third server's proxy is another one.
  expect((await statuses(2, (index) => `203.0.113.${100 + index}`)).at(-1)).toBe(429);
  expect((await send({ server: 2, path: '/health' })).status).toBe(200);
});

/** Most wrong passwords of an account in a quarter of an hour. */
const wrongPasswords = 30;

/** Tries passwords from as many addresses, at two servers in turn, until the account has no tries left. */
async function guess(email: string, network: string): Promise<void> {
  const answers = [];
  for (let index = 0; index < wrongPasswords; index += 1) {
    const body = { email, password: `wrong password ${index}` };
    answers.push(send({ server: index % 2, path: '/auth/login', from: `${network}.${index}`, body }));
  }
  const statuses = new Set((await Promise.all(answers)).map(({ status }) => status));
  expect(statuses).toEqual(new Set([401]));
}

test('wrong passwords are held back by their account wherever they come from; right ones and open sessions are not', async () => {
  const { email, token } = await somebody();
  const login = (from: string) => send({ path: '/auth/login', from, body: { email, password } });
  for (const from of ['192.0.2.201', '2001:db8:9:1::1']) expect((await login(from)).status).toBe(200);
  await guess(email, '192.0.2');
  const refused = await login('192.0.2.203');
  expect([refused.status, Number(refused.headers.get('retry-after')) > 60]).toEqual([429, true]);
  const { requestId: _requestId, details, ...problem } = (await refused.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({ code: 'RATE_LIMITED', hint: expect.stringContaining('signed in already') });
  expect(details).toMatchObject({ limit: wrongPasswords, windowSeconds: 900 });

  // Whether anybody has the address is not to be told by it.
  const nobody = 'nobody-at-all@example.org';
  await guess(nobody, '203.0.114');
  const unknown = await send({ path: '/auth/login', from: '203.0.114.203', body: { email: nobody, password } });
  expect([unknown.status, Number(unknown.headers.get('retry-after')) > 60]).toEqual([429, true]);
  expect(await unknown.json()).toMatchObject(problem);

  // From where somebody signed in before one signs in: strangers use up only what strangers have.
  for (const from of ['192.0.2.201', '2001:db8:9:1::2']) expect((await login(from)).status).toBe(200);
  // Who is signed in stays so, and can give the account another password.
  expect((await send({ token })).status).toBe(200);
  const body = { currentPassword: password, newPassword: `${password} now` };
  expect((await send({ path: '/auth/password', token, body })).status).toBe(204);
  const kept = await database.pool.query("select bucket from rate_limits where bucket like 'passwords:%'");
  expect(JSON.stringify(kept.rows)).not.toContain(email);
});

test('from where somebody signed in before, wrong passwords count as well', async () => {
  const { email } = await somebody();
  const login = async (tried: string) =>
    (await send({ path: '/auth/login', from: '192.0.2.240', body: { email, password: tried } })).status;
  expect([await login(password), await login('wrong password')]).toEqual([200, 401]);
  await database.pool.query(`update rate_limits set used = ${wrongPasswords} where bucket like 'passwords:sign-in:%'`);
  expect(await login(password)).toBe(429);
});

test('a new password begins a new count: who is kept out by strangers gets in with the one from `davit admin reset-password`', async () => {
  const { email } = await somebody();
  await guess(email, '192.0.3');
  const ask = { path: '/auth/login', from: '192.0.3.203' };
  const login = async (tried: string) => (await send({ ...ask, body: { email, password: tried } })).status;
  await resetPassword(database.db, email, 'a new password');
  expect([await login('a new password'), await login(password)]).toEqual([200, 401]);
});

test('who found an open session has no more tries at its password than anybody else', async () => {
  const { email } = await somebody();
  const { userId } = await database.db
    .selectFrom('users')
    .select('id as userId')
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  await database.pool.query(
    "insert into rate_limits (bucket, used, ends_at) values ($1, $2, now() + interval '10 minutes')",
    [`passwords:change:${userId}`, wrongPasswords],
  );
  const { accessToken: token } = (await (
    await send({ path: '/auth/login', from: '198.51.100.220', body: { email, password } })
  ).json()) as { accessToken: string };
  const body = { currentPassword: password, newPassword: `${password} now` };
  const refused = await send({ path: '/auth/password', token, body });
  expect([refused.status, Number(refused.headers.get('retry-after')) > 60]).toEqual([429, true]);
});

test('an IPv6 customer has no tries for each of its networks', async () => {
  const from = (index: number) => `2001:db8:7:${(index + 1).toString(16)}::1`;
  const body = { refreshToken: 'r'.repeat(43) };
  const statuses = [];
  for (let index = 0; index <= signIns * 16; index += 1)
    statuses.push((await send({ path: '/auth/refresh', from: from(index), body })).status);
  expect(new Set(statuses.slice(0, -1))).toEqual(new Set([401]));
  expect(statuses.at(-1)).toBe(429);
  expect((await send({ path: '/auth/refresh', from: '2001:db8:8::1', body })).status).toBe(401);
});
