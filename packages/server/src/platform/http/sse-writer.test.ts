import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { expect, test, vi } from 'vitest';
import { createTestHttpServer, principalOf } from '../../../test/support/test-http-server.ts';
import { httpErrors } from './http-errors.ts';
import type { HttpServerOptions } from './http-server.ts';
import { streamRoute } from './route.ts';
import type { StreamRouteDefinition } from './route-definition.ts';
import { stopHttpServer } from './stop-http-server.ts';

type Handle = StreamRouteDefinition<unknown, unknown, { role: 'viewer' }>['handle'];

async function serve(handle: Handle, options: Partial<HttpServerOptions> = {}): Promise<FastifyInstance> {
  const register = (app: FastifyInstance) =>
    streamRoute(app, {
      path: '/v1/stream',
      tag: 't',
      summary: 's',
      operationId: 'stream',
      policy: { role: 'viewer' },
      handle,
    });
  const app = await createTestHttpServer(register, options);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

async function open(app: FastifyInstance, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const { port } = app.server.address() as AddressInfo;
  const request = get({ port, path: '/v1/stream', headers: { authorization: 'Bearer viewer', ...headers } });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return answer;
}

const untilAborted = (signal: AbortSignal) => (signal.aborted ? undefined : once(signal, 'abort'));

test('events carry id, name and data of several lines, and the client says where it was', async () => {
  const app = await serve(async ({ stream, lastEventId }) => {
    await stream.send({ id: Number(lastEventId) + 1, data: { n: 1 } });
    await stream.send({ id: 9, event: 'end\nid: 1', data: 'a\nb\rc' });
    await stream.comment('all\nsaid');
  });
  const answer = await open(app, { 'last-event-id': '7' });
  expect(answer.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  expect(await text(answer)).toBe(
    'id: 8\ndata: {"n":1}\n\nid: 9\nevent: endid: 1\ndata: a\ndata: b\ndata: c\n\n: all said\n\n',
  );
});

test('what goes wrong before the first event is a problem', async () => {
  const app = await serve(async () => {
    throw httpErrors.CURSOR_INVALID();
  });
  const answer = await open(app);
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'application/problem+json']);
  await text(answer);
  const nobody = await open(app, { authorization: 'Bearer nobody' });
  expect(nobody.statusCode).toBe(401);
  await text(nobody);
});

test('a quiet stream has a heart-beat', async () => {
  const app = await serve(({ stream }) => Promise.resolve(untilAborted(stream.signal)).then(() => {}), {
    heartBeatMs: 5,
  });
  const answer = await open(app);
  const [chunk] = (await once(answer, 'data')) as [Buffer];
  expect(chunk.toString()).toMatch(/^: keep-alive\n\n/);
  answer.destroy();
});

test('a stream ends when its reader loses the right to it', async () => {
  let isMember = true;
  const authenticate = async () => (isMember ? principalOf('viewer') : null);
  const app = await serve(
    async ({ stream }) => {
      stream.open();
      await untilAborted(stream.signal);
    },
    { heartBeatMs: 5, authenticate },
  );
  const answer = await open(app);
  isMember = false;
  await text(answer);
  expect(answer.complete).toBe(true);
});

test('a reader that does not read holds the writer back, not the memory', async () => {
  let written = 0;
  let ended = false;
  const app = await serve(async ({ stream }) => {
    while (!stream.signal.aborted) {
      await stream.send({ data: 'x'.repeat(100_000) });
      written += 100_000;
    }
    ended = true;
  });
  const answer = await open(app);
  answer.pause();
  let before = -1;
  // The buffers of the system fill up; from then on nothing more is taken.
  for (let quiet = 0; quiet < 5; ) {
    quiet = written === before ? quiet + 1 : 0;
    before = written;
    await sleep(50);
  }
  expect(written).toBeLessThan(100_000_000);
  answer.destroy();
  await vi.waitFor(() => expect(ended).toBe(true));
});

test('a shutdown tells streams to end and answers what is under way', async () => {
  const app = await serve(async ({ stream }) => {
    await stream.send({ data: 'first' });
    await untilAborted(stream.signal);
    await stream.send({ data: 'too late' });
  });
  const answer = await open(app);
  const body = text(answer);
  await vi.waitFor(() => expect(app.httpContext.streams.size).toBe(1));
  expect(await stopHttpServer(app, 30_000)).toBe(true);
  expect(await body).toBe('data: first\n\n');
});

test('a handler that does not end is cut off at the deadline', async () => {
  const forever = Promise.withResolvers<void>();
  const app = await serve(async ({ stream }) => {
    stream.open();
    await forever.promise;
  });
  const answer = await open(app);
  const failed = once(answer, 'error').catch(() => undefined);
  expect(await stopHttpServer(app, 50)).toBe(false);
  await failed;
  forever.resolve();
  expect(answer.complete).toBe(false);
});
