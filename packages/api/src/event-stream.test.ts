import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readEvents, type ServerEvent } from './event-stream.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const servers: ReturnType<typeof createServer>[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A server that answers its first connection with the first handler, and so on; the last one answers the rest. */
async function serve(...handlers: Handler[]): Promise<{ baseUrl: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handlers[Math.min(requests.length, handlers.length) - 1]?.(request, response);
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const frame = (id: number) => `id: ${id}\nevent: output\ndata: line ${id}\n\n`;

function stream(response: ServerResponse, ...texts: string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const text of texts) response.write(text);
}

async function readUntil(baseUrl: string, last: string): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readEvents({ baseUrl, path: '/stream', token: async () => undefined })) {
    events.push(event);
    if (event.data === last) break;
  }
  return events;
}

test('a connection that breaks in the middle of an event is taken up after the last whole one: no line is lost or repeated', async () => {
  const { baseUrl, requests } = await serve(
    (_request, response) => {
      stream(response, frame(1), frame(2), 'id: 3\nevent: output\nda');
      setImmediate(() => response.destroy());
    },
    (request, response) =>
      stream(response, ...[3, 4].map(frame), `data: last-event-id was ${String(request.headers['last-event-id'])}\n\n`),
  );
  const events = await readUntil(baseUrl, 'last-event-id was 2');
  expect(events.map(({ data }) => data)).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'last-event-id was 2']);
  expect(requests[0]?.headers['last-event-id']).toBeUndefined();
});

test('a stream that the server ends is opened again', async () => {
  const { baseUrl } = await serve(
    (_request, response) => {
      stream(response, frame(7));
      response.end();
    },
    (_request, response) => stream(response, 'data: over\n\n'),
  );
  expect((await readUntil(baseUrl, 'over')).map(({ id }) => id)).toEqual(['7', undefined]);
});

test('characters that are cut in two by a packet arrive whole', async () => {
  const bytes = Buffer.from('data: grüße 🛶\n\n');
  const { baseUrl } = await serve((_request, response) => {
    stream(response);
    response.write(bytes.subarray(0, 9));
    setTimeout(() => response.write(bytes.subarray(9, 16)), 20);
    setTimeout(() => response.write(bytes.subarray(16)), 40);
  });
  expect(await readUntil(baseUrl, 'grüße 🛶')).toHaveLength(1);
});

test('a refusal ends the iteration with the problem; a server that is away for a moment does not', async () => {
  const { baseUrl, requests } = await serve(
    (_request, response) => response.writeHead(503).end(),
    (_request, response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ detail: 'There is no such run.', code: 'RUN_NOT_FOUND', status: 404, errors: [] }));
    },
  );
  await expect(readUntil(baseUrl, 'never')).rejects.toMatchObject({ status: 404, message: 'There is no such run.' });
  expect(requests).toHaveLength(2);
});

test('a token that the server no longer takes is replaced by a newer one', async () => {
  const asked: (string | undefined)[] = [];
  const { baseUrl, requests } = await serve(
    (_request, response) => response.writeHead(401).end(),
    (_request, response) => stream(response, 'data: in\n\n'),
  );
  const token = (rejected?: string) => {
    asked.push(rejected);
    return Promise.resolve(rejected === undefined ? 'old' : 'new');
  };
  for await (const { data } of readEvents({ baseUrl, path: '/stream', token })) if (data === 'in') break;
  expect(asked).toEqual([undefined, 'old']);
  expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
});

test('who stops iterating leaves no connection behind', async () => {
  const { baseUrl, requests } = await serve((_request, response) => stream(response, 'data: first\n\n'));
  await readUntil(baseUrl, 'first');
  const socket = requests[0]?.socket;
  if (socket !== undefined && !socket.destroyed) await once(socket, 'close');
  expect(socket?.destroyed).toBe(true);
});

test('a server that stays away is reported after the patience has run out', async () => {
  const { baseUrl } = await serve((_request, response) => response.destroy());
  const states: string[] = [];
  const options = { baseUrl, path: '/stream', token: () => Promise.resolve(undefined), patienceMs: 300 };
  const read = async () => {
    for await (const event of readEvents({ ...options, onConnection: (state) => states.push(state) })) {
      throw new Error(`unexpected ${event.data}`);
    }
  };
  await expect(read()).rejects.toMatchObject({ name: 'UnreachableError', baseUrl });
  expect(states).toEqual(['lost']);
});
