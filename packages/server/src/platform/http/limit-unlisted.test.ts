import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTestHttpServer } from '../../../test/support/test-http-server.ts';
import type { HealthCheck } from './health.ts';
import type { HttpServerOptions } from './http-server.ts';

// With a limit of 2 requests: 40 of those that monitors make.
const requests = 2;
const open = 40;

const start = (options: Partial<HttpServerOptions> = {}) =>
  createTestHttpServer(() => {}, { rateLimit: { requests, windowMs: 60_000 }, ...options });

type Server = Awaited<ReturnType<typeof start>>;

async function send(app: Server, url: string, method = 'GET'): Promise<number> {
  const { statusCode, headers, body } = await app.inject({ method: method as 'GET', url });
  if (statusCode === 429) {
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(body)).toMatchObject({ code: 'RATE_LIMITED' });
  }
  return statusCode;
}

async function sendMany(app: Server, url: string, times: number): Promise<number[]> {
  const statuses = [];
  for (let index = 0; index < times; index += 1) statuses.push(await send(app, url));
  return statuses;
}

// What is kept for a second is kept until a test says that it has passed.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

test.each([
  ['GET', '/openapi.json', 200],
  ['GET', '/docs/', 200],
  ['GET', '/docs/json', 200],
  ['GET', '/no/such/path', 404],
  ['GET', '/v1/nothing', 404],
  ['POST', '/no/such/path', 404],
  ['QUERY', '/no/such/path', 404],
  ['DELETE', '/health', 405],
])('%s %s takes a try of its address like any other request of who is not signed in', async (method, url, status) => {
  const app = await start();
  const seen = [];
  for (let index = 0; index < requests; index += 1) seen.push(await send(app, url, method));
  expect(seen).toEqual([status, status]);
  expect(await send(app, url, method)).toBe(429);
  expect(await send(app, '/another/path')).toBe(429);
  // Whether the process is alive is told to everybody.
  expect(new Set(await sendMany(app, '/health', open * 2))).toEqual(new Set([200]));
});

test('monitors are answered from what was found a second ago, and over their own limit without a look at anything', async () => {
  let looks = 0;
  const check: HealthCheck = {
    name: 'database',
    async check() {
      looks += 1;
      return { state: 'ok' };
    },
  };
  const app = await start({ checks: [check] });
  await sendMany(app, '/no/such/path', requests + 1);
  // Once a second for half a minute, from two load balancers behind one address.
  for (let second = 1; second <= open / 2; second += 1) {
    expect(await Promise.all([send(app, '/health/ready'), send(app, '/health/ready')])).toEqual([200, 200]);
    expect(looks).toBe(second);
    vi.advanceTimersByTime(1001);
  }
  expect(new Set(await sendMany(app, '/health/ready', open))).toEqual(new Set([429]));
  expect(await send(app, '/metrics')).toBe(429);
  expect(looks).toBe(open / 2);
});

test('metrics are collected once a second at most', async () => {
  const app = await start();
  const read = async () => (await app.inject('/metrics')).body;
  const first = await read();
  expect(await read()).toBe(first);
  vi.advanceTimersByTime(1001);
  expect(await read()).not.toBe(first);
});

test('files of the UI have the larger bucket, and what it does not have is a request like others', async () => {
  let asked = 0;
  const app = await start({
    webUi: {
      async answer({ url }, reply) {
        asked += 1;
        if (url !== '/page') return false;
        reply.send('page');
        return true;
      },
    },
  });
  expect(await sendMany(app, '/assets/none.js', requests + 1)).toEqual([404, 404, 429]);
  const left = open - requests - 1;
  expect(new Set(await sendMany(app, '/page', left))).toEqual(new Set([200]));
  expect(new Set(await sendMany(app, '/page', open))).toEqual(new Set([429]));
  expect(asked).toBe(open);
});

test('the first refusal of a window is told, though what was asked for is no operation', async () => {
  const refusals: unknown[] = [];
  const app = await start({
    onRefused: async ({ operationId, error, request }) =>
      void refusals.push({ operationId, code: error.code, url: request.url }),
  });
  await sendMany(app, '/no/such/path', requests * 5);
  expect(refusals).toEqual([{ operationId: undefined, code: 'RATE_LIMITED', url: '/no/such/path' }]);
});

test('the OpenAPI document is the same in every encoding', async () => {
  const app = await start({ rateLimit: { requests: 10, windowMs: 60_000 } });
  const url = '/openapi.json';
  const plain = await app.inject(url);
  expect(plain.json()).toMatchObject({ openapi: '3.1.0' });
  const zipped = await app.inject({ url, headers: { 'accept-encoding': 'gzip' } });
  expect(zipped.headers).toMatchObject({
    'content-encoding': 'gzip',
    vary: expect.stringContaining('accept-encoding'),
  });
  expect(gunzipSync(zipped.rawPayload).toString()).toBe(plain.body);
});
