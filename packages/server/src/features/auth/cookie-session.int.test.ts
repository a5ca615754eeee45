import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../../../test/support/browser.ts';
import {
  claimInstallation,
  createTestAccounts,
  password,
  type SignedInAnswer,
  type TestAccounts,
  type TestAccountsOptions,
} from '../../../test/support/test-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

let database: TestDatabase;
let accounts: TestAccounts;
let owner: SignedInAnswer;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  accounts = await createTestAccounts(database, { openRegistration: true });
  owner = await claimInstallation(accounts);
  url = await accounts.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await accounts[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const inCookies = { 'x-davit-session': 'cookie' };
const me = { email: 'owner@example.org', password };
const rename = ['PATCH', '/auth/me', { name: 'Olga' }] as const;

async function signIn(baseUrl = url, page = baseUrl) {
  const browser = createBrowser(baseUrl, page);
  const answer = await browser.fetch('POST', '/auth/login', me, inCookies);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return { browser, answer };
}

/** Another server on the same accounts, reached in another way. */
async function startBeside(server: NonNullable<TestAccountsOptions['server']>) {
  const beside = await createTestAccounts(database, { server });
  onTestFinished(() => beside[Symbol.asyncDispose]());
  return await beside.app.listen({ host: '127.0.0.1', port: 0 });
}

describe('a session in cookies', () => {
  test('keeps both tokens where no script and no other site sees them, and none in the body', async () => {
    const { answer } = await signIn();
    expect(answer.body).not.toHaveProperty('accessToken');
    expect(answer.body).not.toHaveProperty('refreshToken');
    expect(answer.body).toMatchObject({ tokenType: 'Cookie', user: { email: me.email } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const access = answer.cookies.get('davit_access');
    const refresh = answer.cookies.get('davit_refresh');
    expect(access?.attributes).toEqual([
      'Path=/',
      expect.stringMatching(/^Max-Age=8\d\d$/),
      'HttpOnly',
      'SameSite=Strict',
    ]);
    expect(refresh?.attributes).toEqual([
      'Path=/auth',
      expect.stringMatching(/^Max-Age=604\d\d\d$/),
      'HttpOnly',
      'SameSite=Strict',
    ]);
  });

  test('is made at registration too', async () => {
    const browser = createBrowser(url);
    const fields = { email: 'new@example.org', password, name: 'New' };
    const { status, body } = await browser.fetch('POST', '/auth/register', fields, inCookies);
    expect(status).toBe(201);
    expect(body).not.toHaveProperty('refreshToken');
    expect((await browser.fetch('GET', '/auth/me')).body).toMatchObject({ user: { email: 'new@example.org' } });
  });

  test('reads and writes from our own page, on both mounts', async () => {
    const { browser } = await signIn();
    expect((await browser.fetch('GET', '/auth/me')).status).toBe(200);
    expect((await browser.fetch(...rename)).body).toMatchObject({ user: { name: 'Olga' } });
    expect((await browser.fetch('GET', '/v1/organizations')).status).toBe(200);
  });

  test('may write from nowhere else: another site, a sibling, another port, an opaque or no origin', async () => {
    const { browser } = await signIn();
    const { port } = new URL(url);
    const foreign = [
      'https://evil.example',
      `http://app.127.0.0.1:${port}`,
      `https://127.0.0.1:${port}`,
      'http://127.0.0.1:1',
      `${url}/`,
      'null',
    ];
    for (const origin of foreign) {
      for (const [method, path] of [
        ['PATCH', '/auth/me'],
        ['POST', '/v1/organizations'],
        ['POST', '/auth/refresh'],
        ['POST', '/auth/logout'],
      ] as const) {
        const answer = await browser.fetch(method, path, {}, { origin });
        expect([origin, path, answer.status, answer.body['code']]).toEqual([origin, path, 403, 'CSRF_REFUSED']);
      }
    }
    const { jar } = browser;
    const cookie = `davit_access=${jar.get('davit_access')?.value}`;
    const bare = await fetch(`${url}/auth/me`, { method: 'PATCH', headers: { cookie } });
    expect(bare.status).toBe(403);
    expect((await browser.fetch('GET', '/auth/me')).status).toBe(200);
  });

  test('is not begun by the page of somebody else', async () => {
    const { status, body, cookies } = await createBrowser(url, 'https://evil.example').fetch(
      'POST',
      '/auth/login',
      me,
      inCookies,
    );
    expect([status, body['code'], cookies.size]).toEqual([403, 'CSRF_REFUSED', 0]);
  });

  test('gives way to a bearer token, which needs no origin', async () => {
    const { browser } = await signIn();
    const authorization = `Bearer ${owner.accessToken}`;
    expect((await browser.fetch(...rename, { authorization, origin: 'https://elsewhere.example' })).status).toBe(200);
    expect((await browser.fetch('GET', '/auth/me', undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await browser.fetch('GET', '/auth/me', undefined, { authorization: 'Basic wrong' })).status).toBe(401);
  });

  test('is over when the access token has expired, until it is refreshed', async () => {
    const { browser } = await signIn();
    browser.jar.delete('davit_access');
    expect((await browser.fetch('GET', '/auth/me')).status).toBe(401);
    expect((await browser.fetch('POST', '/auth/refresh', {})).status).toBe(200);
    expect((await browser.fetch('GET', '/auth/me')).status).toBe(200);
  });

  test('does not trust one of two different cookies of the same name, which a sibling may have planted', async () => {
    const { browser } = await signIn();
    const good = browser.jar.get('davit_access')?.value ?? '';
    const twice = { cookie: `davit_access=${good}; davit_access=planted` };
    expect((await browser.fetch('GET', '/auth/me', undefined, twice)).status).toBe(401);
    const same = { cookie: `davit_access=${good}; davit_access=${good}` };
    expect((await browser.fetch('GET', '/auth/me', undefined, same)).status).toBe(200);
  });

  test('is asked for by a header of one value', async () => {
    const { status, body } = await createBrowser(url).fetch('POST', '/auth/login', me, { 'x-davit-session': 'local' });
    expect([status, body['code']]).toEqual([400, 'SESSION_KIND_UNKNOWN']);
  });
});

describe('a refresh by cookie', () => {
  test('rotates the token, and switches the organization', async () => {
    const { browser } = await signIn();
    const before = browser.jar.get('davit_refresh')?.value;
    const { body: made } = await browser.fetch('POST', '/v1/organizations', { name: 'Second' });
    const answer = await browser.fetch('POST', '/auth/refresh', { organizationId: made['id'] });
    expect(answer.body).toMatchObject({ tokenType: 'Cookie', organization: { id: made['id'] } });
    expect(answer.body).not.toHaveProperty('accessToken');
    expect(browser.jar.get('davit_refresh')?.value).not.toBe(before);
    expect((await browser.fetch('GET', '/auth/me')).body).toMatchObject({ organization: { id: made['id'] } });
  });

  test('whose answer was lost, or that two tabs made, gives the same next token again', async () => {
    const { browser } = await signIn();
    const cookie = `davit_refresh=${browser.jar.get('davit_refresh')?.value}`;
    const lost = await browser.fetch('POST', '/auth/refresh', {}, { cookie });
    const again = await browser.fetch('POST', '/auth/refresh', {}, { cookie });
    expect([lost.status, again.status]).toEqual([200, 200]);
    expect(again.cookies.get('davit_refresh')?.value).toBe(lost.cookies.get('davit_refresh')?.value);
  });

  test('with a token from before the last one ends the session', async () => {
    const { browser } = await signIn();
    const cookie = `davit_refresh=${browser.jar.get('davit_refresh')?.value}`;
    await browser.fetch('POST', '/auth/refresh', {});
    await browser.fetch('POST', '/auth/refresh', {});
    expect((await browser.fetch('POST', '/auth/refresh', {}, { cookie })).body['code']).toBe('REFRESH_TOKEN_REUSED');
    expect((await browser.fetch('GET', '/auth/me')).status).toBe(401);
  });

  test('needs a token', async () => {
    expect((await createBrowser(url).fetch('POST', '/auth/refresh', {}, inCookies)).status).toBe(401);
  });
});

describe('signing out', () => {
  test('ends the session and clears both cookies', async () => {
    const { browser } = await signIn();
    const stolen = { cookie: `davit_access=${browser.jar.get('davit_access')?.value}` };
    const { status, cookies } = await browser.fetch('POST', '/auth/logout', {});
    expect(status).toBe(204);
    expect([...cookies.keys()].toSorted()).toEqual(['davit_access', 'davit_refresh']);
    expect(browser.jar.size).toBe(0);
    expect((await browser.fetch('GET', '/auth/me', undefined, stolen)).status).toBe(401);
  });

  test('works with what is left of a session', async () => {
    const { browser } = await signIn();
    browser.jar.delete('davit_refresh');
    expect((await browser.fetch('POST', '/auth/logout', {})).status).toBe(204);
    expect(browser.jar.size).toBe(0);
    expect((await browser.fetch('POST', '/auth/logout', {}, inCookies)).status).toBe(204);
    expect((await browser.fetch('POST', '/auth/logout', {})).status).toBe(401);
  });
});

describe('davit’s own origin', () => {
  test('over https has cookies that only this very host can have set', async () => {
    const secure = 'https://davit.example.org';
    const beside = await startBeside({ ownAddress: { baseUrl: secure } });
    const { browser, answer } = await signIn(beside, secure);
    expect([...answer.cookies.keys()]).toEqual(['__Host-davit_access', '__Secure-davit_refresh']);
    for (const { attributes } of answer.cookies.values()) expect(attributes).toContain('Secure');
    expect((await browser.fetch(...rename)).status).toBe(200);
    const plain = { cookie: `davit_access=${answer.cookies.get('__Host-davit_access')?.value}` };
    expect((await browser.fetch('GET', '/auth/me', undefined, plain)).status).toBe(401);
    expect((await browser.fetch(...rename, { origin: beside })).status).toBe(403);
    expect((await browser.fetch(...rename, { origin: 'https://app.davit.example.org' })).status).toBe(403);
  });

  test('is what a trusted proxy says, and nobody else', async () => {
    const token = 'of the proxy';
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'davit.example.org', 'x-front': token };
    const page = 'https://davit.example.org';
    const trusting = createBrowser(
      await startBeside({ forwarded: { networks: [], field: 'x-front', tokens: () => [token] } }),
      page,
    );
    const answer = await trusting.fetch('POST', '/auth/login', me, { ...inCookies, ...forwarded });
    expect([...answer.cookies.keys()]).toEqual(['__Host-davit_access', '__Secure-davit_refresh']);
    expect((await trusting.fetch(...rename, forwarded)).status).toBe(200);
    const wary = createBrowser(url, page);
    expect((await wary.fetch('POST', '/auth/login', me, { ...inCookies, ...forwarded })).status).toBe(403);
  });

  test('is never the host name of an application', async () => {
    const beside = await createTestAccounts(database, { server: { ownAddress: { applicationDomain: 'localhost' } } });
    onTestFinished(() => beside[Symbol.asyncDispose]());
    const signInAt = async (host: string) => {
      const headers = { ...inCookies, host, origin: `http://${host}` };
      return (await beside.app.inject({ method: 'POST', url: '/auth/login', headers, payload: me })).statusCode;
    };
    expect(await signInAt('localhost:4000')).toBe(200);
    expect(await signInAt('app.localhost:4000')).toBe(403);
  });
});

describe('one’s own account', () => {
  let browser: ReturnType<typeof createBrowser>;
  const changed = 'a better horse battery';
  beforeEach(async () => {
    browser = createBrowser(url);
    const email = `user-${Math.random().toString(36).slice(2)}@example.org`;
    const { status } = await browser.fetch('POST', '/auth/register', { email, password, name: 'Ulla' }, inCookies);
    expect(status).toBe(201);
  });
  const emailOf = async () => ((await browser.fetch('GET', '/auth/me')).body as { user: { email: string } }).user.email;

  test('a changed password ends all other sessions and lets the new one in', async () => {
    const email = await emailOf();
    const other = await accounts.login(email);
    const body = { currentPassword: password, newPassword: changed };
    expect((await browser.fetch('POST', '/auth/password', body)).status).toBe(204);
    expect((await accounts.call('GET', '/auth/me', other.accessToken)).status).toBe(401);
    const { refreshToken } = other;
    expect((await accounts.call('POST', '/auth/refresh', undefined, { refreshToken })).status).toBe(401);
    expect((await browser.fetch('GET', '/auth/me')).status).toBe(200);
    expect((await accounts.call('POST', '/auth/login', undefined, { email, password })).status).toBe(401);
    expect((await accounts.call('POST', '/auth/login', undefined, { email, password: changed })).status).toBe(200);
  });

  test('a password is changed only by who knows the one before', async () => {
    const body = { currentPassword: 'not this one', newPassword: changed };
    const { status, body: problem } = await browser.fetch('POST', '/auth/password', body);
    expect([status, problem['code']]).toEqual([403, 'PASSWORD_WRONG']);
    expect((await accounts.login(await emailOf())).accessToken).toBeTypeOf('string');
  });
});

test('what a page must know before anybody signs in is public', async () => {
  expect((await createBrowser(url).fetch('GET', '/auth/setup')).body).toEqual({
    claimed: true,
    registration: 'open',
    version: '0.0.0',
  });
});
