import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { followEvents, type StreamEvent, type StreamState } from './event-stream.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Follows a server that answers its first connection with the first handler, and so on; the last one answers the rest. */
async function follow(handlers: Handler[], timing: { firstByteMs?: number; silenceMs?: number } = {}) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handlers[Math.min(requests.length, handlers.length) - 1]?.(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const ended = new AbortController();
  ends.push(() => {
    ended.abort();
    server.close();
    server.closeAllConnections();
  });
  const events: StreamEvent[] = [];
  const states: StreamState[] = [];
  const over = followEvents({
    path: '/v1/projects/p/events',
    signal: ended.signal,
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    transport: {
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      open: (request) => fetch(request),
      onBack: () => () => undefined,
      firstByteMs: 5000,
      silenceMs: 5000,
      pausesMs: [1],
      blockedPauseMs: 1,
      ...timing,
    },
  });
  return { events, states, requests, over, end: () => ended.abort() };
}

function stream(response: ServerResponse, text = ''): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  if (text !== '') response.write(text);
}

test('a connection that breaks in the middle of an event is taken up after the last whole one', async () => {
  const { events, requests } = await follow([
    (_, response) => {
      stream(response, 'id: a-1\nevent: changed\ndata: 1\n\nid: a-2\nevent: changed\nda');
      setTimeout(() => response.destroy(), 20);
    },
    (_, response) => stream(response, 'id: a-2\nevent: changed\ndata: 2\n\n'),
  ]);
  await vi.waitFor(() => expect(events.map(({ data }) => data)).toEqual(['1', '2']));
  expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'a-1']);
});

test('a connection that goes silent is given up and made anew', async () => {
  const { events, states } = await follow(
    [(_, response) => stream(response, ': hello\n\n'), (_, response) => stream(response, 'data: again\n\n')],
    { silenceMs: 50 },
  );
  await vi.waitFor(() => expect(events.length).toBeGreaterThan(0));
  expect(states.slice(0, 3)).toEqual(['open', 'lost', 'open']);
});

test('streams that never begin to speak are told to be blocked, and tried again', async () => {
  const { states, events } = await follow(
    [
      (_, response) => stream(response),
      (_, response) => stream(response),
      (_, response) => stream(response, 'data: free\n\n'),
    ],
    { firstByteMs: 50 },
  );
  await vi.waitFor(() => expect(events.length).toBeGreaterThan(0));
  expect(states.slice(0, 3)).toEqual(['lost', 'blocked', 'open']);
});

test('a page of something in between is no stream', async () => {
  const { states } = await follow([
    (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Please accept our terms</p>'),
  ]);
  await vi.waitFor(() => expect(states).toContain('blocked'));
});

test('a server that is away for a moment is waited for; a refusal is not', async () => {
  const { over, requests } = await follow([
    (_, response) => response.writeHead(503).end(),
    (_, response) => response.destroy(),
    (_, response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ detail: 'There is no such project.', code: 'X', status: 404, errors: [] }));
    },
  ]);
  await expect(over).rejects.toMatchObject({ status: 404, message: 'There is no such project.' });
  expect(requests).toHaveLength(3);
});

test('who stops following leaves no connection behind', async () => {
  const { over, events, requests, end } = await follow([(_, response) => stream(response, 'data: 1\n\n')]);
  await vi.waitFor(() => expect(events).toHaveLength(1));
  end();
  await over;
  const socket = requests[0]?.socket;
  if (socket !== undefined && !socket.destroyed) await once(socket, 'close');
  expect(socket?.destroyed).toBe(true);
});
