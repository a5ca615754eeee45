import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { problemOf } from '../../../test/support/problem-of.ts';
import { createTestHttpServer } from '../../../test/support/test-http-server.ts';
import type { Logger } from '../../kernel/logger.ts';
import { mountTwice } from './mount.ts';
import { noContent } from './operation-schema.ts';
import { problemSchema } from './problem.ts';
import { route } from './route.ts';

const viewer = { authorization: 'Bearer viewer' };
const developer = { authorization: 'Bearer developer' };
const json = { 'content-type': 'application/json' };

function registerThings(app: FastifyInstance): void {
  const params = z.strictObject({ id: z.string() });
  route(app, {
    method: 'GET',
    path: '/v1/things/:id',
    tag: 'things',
    summary: 'Get a thing',
    operationId: 'getThing',
    policy: { role: 'viewer' },
    params,
    response: z.strictObject({ id: z.string(), text: z.string() }),
    handle: async ({ params: { id } }) => ({ id, text: 'x'.repeat(5000) }),
  });
  route(app, {
    method: 'POST',
    path: '/v1/things/:id',
    tag: 'things',
    summary: 'Change a thing',
    operationId: 'changeThing',
    policy: { role: 'developer' },
    params,
    body: z.strictObject({ 'a/b~c': z.int(), list: z.array(z.strictObject({ name: z.string() })).optional() }),
    response: noContent,
    status: 204,
    handle: async () => {},
  });
  route(app, {
    method: 'DELETE',
    path: '/v1/things/:id',
    tag: 'things',
    summary: 'Delete a thing',
    operationId: 'deleteThing',
    policy: { role: 'admin' },
    params,
    response: noContent,
    status: 204,
    handle: async () => {
      throw new Error('secret detail of the inside');
    },
  });
}

test('nobody gets past a route without signing in', async () => {
  const app = await createTestHttpServer(registerThings);
  const problem = await problemOf(app, { url: '/v1/things/1' });
  expect(problem).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  expect(problem.headers['www-authenticate']).toBe('Bearer');
});

test('a role below the policy is refused, and told to whoever keeps the audit log', async () => {
  const refused: unknown[] = [];
  const onRefused = async ({
    operationId,
    principal,
  }: {
    operationId: string | undefined;
    principal: { role: string } | null;
  }) => {
    refused.push([operationId, principal?.role]);
  };
  const app = await createTestHttpServer(registerThings, { onRefused });
  const body = { 'a/b~c': 1 };
  const problem = await problemOf(app, { method: 'POST', url: '/v1/things/1', headers: viewer, payload: body });
  expect(problem).toMatchObject({ status: 403, code: 'PERMISSION_DENIED', details: { needed: 'developer' } });
  expect(refused).toEqual([['changeThing', 'viewer']]);
  expect(
    (await app.inject({ method: 'POST', url: '/v1/things/1', headers: developer, payload: body })).statusCode,
  ).toBe(204);
});

test('an API token needs the scope as well as the role', async () => {
  const token = { kind: 'api_token' as const, userId: 'u', organizationId: 'o', sessionId: null, apiTokenId: 't' };
  const register = (app: FastifyInstance) =>
    route(app, {
      method: 'POST',
      path: '/v1/tokens',
      tag: 't',
      summary: 's',
      operationId: 'makeToken',
      policy: { role: 'viewer', scope: 'admin' },
      response: noContent,
      status: 204,
      handle: async () => {},
    });
  const withScope = (scope: 'deploy' | 'admin') =>
    createTestHttpServer(register, { authenticate: async () => ({ ...token, role: 'developer', scope }) });
  expect(await problemOf(await withScope('deploy'), { method: 'POST', url: '/v1/tokens' })).toMatchObject({
    status: 403,
    details: { scope: 'deploy', needed: 'admin' },
  });
  expect((await (await withScope('admin')).inject({ method: 'POST', url: '/v1/tokens' })).statusCode).toBe(204);
});

test('every wrong field is named by a JSON pointer, unknown ones too', async () => {
  const app = await createTestHttpServer(registerThings);
  const payload = { 'a/b~c': 'x', list: [{ name: 'n', 'u/v': 1 }], other: 1 };
  const problem = await problemOf(app, { method: 'POST', url: '/v1/things/1?q=1', headers: developer, payload });
  expect(problem.code).toBe('INVALID_INPUT');
  expect(problem.errors.map(({ pointer }) => pointer)).toEqual(['/a~1b~0c', '/list/0/u~1v', '/other']);
  const query = await problemOf(app, { url: '/v1/things/1?q=1', headers: viewer });
  expect(query.errors).toEqual([{ pointer: '/query/q', detail: 'unknown field' }]);
});

test.each([
  ['malformed JSON', { headers: json, payload: '{"a' }, 400, 'JSON_MALFORMED'],
  ['a prototype in JSON', { headers: json, payload: '{"__proto__": {}}' }, 400, 'JSON_MALFORMED'],
  ['no body where one is needed', { headers: json, payload: '' }, 400, 'INVALID_INPUT'],
  ['U+0000, which no text column holds', { payload: { 'a/b~c': 1, list: [{ name: 'a\0' }] } }, 400, 'INVALID_INPUT'],
  ['very deep nesting', { headers: json, payload: `${'['.repeat(50_000)}${']'.repeat(50_000)}` }, 400, 'INVALID_INPUT'],
  ['a wrong content type', { headers: { 'content-type': 'text/plain' }, payload: 'x' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
  [
    'an archive for JSON',
    { headers: { 'content-type': 'application/x-tar' }, payload: 'x' },
    415,
    'MEDIA_TYPE_UNSUPPORTED',
  ],
  [
    'a compressed body',
    { headers: { ...json, 'content-encoding': 'gzip' }, payload: '{}' },
    415,
    'MEDIA_TYPE_UNSUPPORTED',
  ],
  ['more than 1 MiB', { headers: json, payload: JSON.stringify('x'.repeat(1024 * 1024)) }, 413, 'BODY_TOO_LARGE'],
])('%s is refused', async (_what, request: { headers?: object; payload: unknown }, status, code) => {
  const app = await createTestHttpServer(registerThings);
  const headers = { ...developer, ...request.headers };
  expect(await problemOf(app, { method: 'POST', url: '/v1/things/1', ...request, headers })).toMatchObject({
    status,
    code,
  });
});

test('a route that takes no body refuses one', async () => {
  const app = await createTestHttpServer(registerThings);
  const request = { method: 'DELETE', url: '/v1/things/1', headers: { authorization: 'Bearer admin' } };
  expect(await problemOf(app, { ...request, payload: { force: true } })).toMatchObject({ code: 'INVALID_INPUT' });
});

test('unknown paths, wrong methods and broken URLs are problems too', async () => {
  const app = await createTestHttpServer(registerThings);
  expect(await problemOf(app, { url: '/v1/nothing' })).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
  const wrongMethod = await problemOf(app, { method: 'PUT', url: '/v1/things/1?x=1' });
  expect(wrongMethod).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
  expect(wrongMethod.headers.allow).toBe('DELETE, GET, HEAD, POST');
  expect(await problemOf(app, { url: '/v1/things/%zz' })).toMatchObject({ status: 400, code: 'URL_INVALID' });
  expect(await problemOf(app, { url: `/v1/things/${'x'.repeat(300)}`, headers: viewer })).toMatchObject({
    status: 400,
  });
});

test('what is not HTTP gets a problem and a closed connection', async () => {
  const app = await createTestHttpServer(registerThings);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('NOT HTTP\r\n\r\n');
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(problemSchema.parse(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).code).toBe('REQUEST_MALFORMED');
});

test('a fault inside says nothing to the caller and everything to the log', async () => {
  const lines: { fields: object; message: string | undefined }[] = [];
  const write = (fields: object, message?: string) => void lines.push({ fields, message });
  const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
  const app = await createTestHttpServer(registerThings, { logger });
  const request = { method: 'DELETE', url: '/v1/things/1?token=abc', headers: { authorization: 'Bearer admin' } };
  const query = await problemOf(app, request);
  expect(query.status).toBe(400);
  const problem = await problemOf(app, { ...request, url: '/v1/things/1' });
  expect(problem).toMatchObject({ status: 500, code: 'INTERNAL' });
  expect(lines.find(({ message }) => message === 'request failed')?.fields).toMatchObject({
    requestId: problem.requestId,
  });
  const requests = lines.filter(({ message }) => message === 'request');
  expect(requests.map(({ fields }) => fields)).toMatchObject([
    { path: '/v1/things/1', status: 400, operation: 'deleteThing', userId: 'usr_admin' },
    { path: '/v1/things/1', status: 500 },
  ]);
  expect(JSON.stringify(requests)).not.toMatch(/abc|Bearer/);
});

test('a route that was not registered by route() ends the start', async () => {
  await expect(
    createTestHttpServer((app) => {
      app.get('/v1/open', { config: { facts: undefined } }, async () => 'all');
    }),
  ).rejects.toThrow('/v1/open has no policy');
});

test('all routes below /v1 answer below /v1/click-deploy as well, which the document leaves out', async () => {
  const app = await createTestHttpServer((app) => mountTwice(app, registerThings));
  const answer = await app.inject({ url: '/v1/click-deploy/things/7', headers: viewer });
  expect(answer.json()).toMatchObject({ id: '7' });
  expect(await problemOf(app, { url: '/v1/click-deploy/things/7' })).toMatchObject({ status: 401 });
  const document = (await app.inject('/openapi.json')).json<{ paths: object }>();
  expect(Object.keys(document.paths)).toEqual(['/health', '/health/ready', '/v1/things/{id}']);
});

test('answers are compressed, never stored, and carry security headers', async () => {
  const app = await createTestHttpServer(registerThings);
  const headers = { ...viewer, 'accept-encoding': 'gzip' };
  const answer = await app.inject({ url: '/v1/things/1', headers });
  expect(answer.headers).toMatchObject({
    'content-encoding': 'gzip',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  expect(answer.rawPayload.length).toBeLessThan(500);
});

test('guessing without a sign-in is slowed down by address, and does not hinder who is signed in', async () => {
  const app = await createTestHttpServer(registerThings, { rateLimit: { requests: 2, windowMs: 60_000 } });
  const guess = { url: '/v1/things/1', headers: { authorization: 'Bearer wrong' } };
  expect((await problemOf(app, guess)).status).toBe(401);
  expect((await problemOf(app, guess)).status).toBe(401);
  const limited = await problemOf(app, guess);
  expect(limited).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
  expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
  expect((await app.inject({ url: '/v1/things/1', headers: viewer })).statusCode).toBe(200);
  expect((await app.inject('/health')).statusCode).toBe(200);
});
