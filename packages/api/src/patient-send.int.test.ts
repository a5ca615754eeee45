import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ApiError, createApiClient, UnreachableError, unwrap } from './client.ts';

// A client with patience, against a server on a loopback port that fails as a server does while it is restarted.

interface Seen {
  method: string;
  key: string | undefined;
  body: string;
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function start(answer: (at: number, response: ServerResponse, request: IncomingMessage) => void) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const key = request.headers['idempotency-key'];
      seen.push({ method: request.method ?? '', key: typeof key === 'string' ? key : undefined, body });
      answer(seen.length, response, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const token = () => Promise.resolve('dvt_test');
const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

test('what changes something arrives again with its body and the same Idempotency-Key, until somebody answers', async () => {
  const { seen, baseUrl } = await start((at, response, request) => {
    if (at === 1) request.socket.destroy();
    else if (at === 2) response.writeHead(503).end();
    else json(response, 201, { id: 'prj_1' });
  });
  const api = createApiClient({ baseUrl, token, patienceMs: 20_000 });
  const made = await unwrap(api.POST('/v1/projects', { body: { name: 'shop', description: '' } }));
  expect(made.id).toBe('prj_1');
  expect(seen).toHaveLength(3);
  expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
  expect(seen[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
  expect(seen.map(({ body }) => JSON.parse(body) as unknown)).toEqual(
    seen.map(() => ({ name: 'shop', description: '' })),
  );
});

test('a refusal is an answer: it is told at once, with its code and hint', async () => {
  const { seen, baseUrl } = await start((_, response) =>
    json(response, 409, {
      status: 409,
      code: 'PROJECT_NAME_TAKEN',
      detail: 'Taken.',
      hint: 'Choose another.',
      errors: [],
    }),
  );
  const api = createApiClient({ baseUrl, token, patienceMs: 20_000 });
  const refused = await unwrap(api.POST('/v1/projects', { body: { name: 'shop', description: '' } })).catch(
    (e: unknown) => e,
  );
  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject({ code: 'PROJECT_NAME_TAKEN', hint: 'Choose another.' });
  expect(seen).toHaveLength(1);
});

test('without patience nothing is sent twice', async () => {
  const { seen, baseUrl } = await start((_, __, request) => request.socket.destroy());
  const api = createApiClient({ baseUrl, token });
  await expect(unwrap(api.GET('/v1/projects'))).rejects.toBeInstanceOf(UnreachableError);
  expect(seen).toEqual([{ method: 'GET', key: undefined, body: '' }]);
});

test('a signal ends the waiting', async () => {
  const { baseUrl } = await start((_, __, request) => request.socket.destroy());
  const api = createApiClient({ baseUrl, token, patienceMs: 600_000 });
  const asking = unwrap(api.GET('/v1/projects', { signal: AbortSignal.timeout(300) }));
  await expect(asking).rejects.toMatchObject({ name: expect.stringMatching(/^(?:Abort|Timeout)Error$/) });
});
