import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { visit } from '../support/visit.ts';

// A service that is a plain process has the loopback of davit and its proxies: it can call davit as they do.

const tries = 5;
const token = 'of-the-proxy-of-the-operator-of-this-test';

let platform: Platform;
beforeAll(async () => {
  const environment = {
    TRUSTED_PROXIES: '127.0.0.1',
    TRUSTED_PROXY_TOKEN: token,
    RATE_LIMIT_SIGN_IN: String(tries),
  };
  platform = await startPlatform({ environment });
});
afterAll(() => platform?.[Symbol.asyncDispose]());

/** Tries passwords at the port that it is asked for, each time from another address of the loopback, and says that it is yet another. */
const program = nodeServer(
  'await guess(new URL(request.url, "http://x").searchParams.get("port"))',
  `import { request as send } from 'node:http';
async function guess(port) {
  const statuses = [];
  for (let index = 1; index <= ${tries * 4}; index++) statuses.push(await once(port, index));
  return JSON.stringify(statuses);
}
const once = (port, index) => new Promise((resolve, reject) => {
  const headers = {
    'content-type': 'application/json',
    'x-forwarded-for': '203.0.113.' + index,
    forwarded: 'for=203.0.113.' + index,
    'x-real-ip': '203.0.113.' + index,
    'x-davit-front': 'a-guess-that-is-as-long-as-the-token-is--',
  };
  const options = { host: '127.0.0.1', localAddress: '127.0.0.' + (1 + index), port, path: '/auth/login', method: 'POST', headers };
  send(options, (answer) => { answer.resume(); resolve(answer.statusCode); })
    .on('error', reject)
    .end(JSON.stringify({ email: index + '@example.com', password: 'a wrong password' }));
});`,
);

/** As davit is asked by the proxy of its operator. */
async function signInFrom(address: string): Promise<number> {
  const answer = await fetch(`${platform.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address, 'x-davit-front': token },
    body: JSON.stringify({ email: `${address}@example.com`, password: 'a wrong password' }),
  });
  return answer.status;
}

test('a service counts as one address, whatever it says; visitors of a proxy that is known have theirs', async () => {
  const project = await platform.api.createProject('forged');
  const service = await platform.api.createService(project.id, { name: 'guesser' });
  const files = {
    ...program,
    'server.js': program['server.js']?.replace('(request, response) =>', 'async (request, response) =>'),
  };
  expect(await deployFiles(platform.api, service.id, files as Record<string, string>)).toMatchObject({
    status: 'active',
  });
  const { body } = await visit(service.url, `/?port=${new URL(platform.url).port}`);
  const statuses = JSON.parse(body) as number[];
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(tries);
  expect(statuses.at(-1)).toBe(429);

  for (let index = 0; index < tries * 2; index += 1) expect(await signInFrom(`198.51.100.${index}`)).toBe(401);
  const address = '198.51.100.200';
  for (let index = 0; index < tries; index += 1) expect(await signInFrom(address)).toBe(401);
  expect(await signInFrom(address)).toBe(429);
  expect(await platform.log()).not.toContain(token);
});
