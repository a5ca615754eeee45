import { expect, test, vi } from 'vitest';
import { NetworkError } from './network-error.ts';
import { createSessionFetch } from './session-fetch.ts';
import { createSessionGate } from './session-gate.ts';

const ORIGIN = 'http://davit.test';

/** A davit of which the test says whether the access token and the session are good. */
function setUp() {
  const server = { token: true, session: true, refreshes: 0, bodies: [] as string[] };
  const gate = createSessionGate();
  const onAway = vi.fn<() => void>();
  const onLimited = vi.fn<(seconds: number) => void>();
  const answer = async (request: Request): Promise<Response> => {
    if (request.url.endsWith('/auth/refresh')) {
      server.refreshes += 1;
      await Promise.resolve();
      server.token = server.session;
      return new Response('{}', { status: server.session ? 200 : 401 });
    }
    if (!server.token) return new Response('{}', { status: 401 });
    server.bodies.push(await request.text());
    return new Response('done');
  };
  const fetch = createSessionFetch({ gate, onAway, onLimited, fetch: (request) => answer(request as Request) });
  const call = async (body = '') =>
    await fetch(new Request(`${ORIGIN}/v1/projects`, body === '' ? {} : { method: 'POST', body }));
  return { server, gate, onAway, call };
}

test('an expired access token is renewed once for all calls that met it, and each is made again with its body', async () => {
  const { server, gate, call } = setUp();
  gate.open();
  server.token = false;
  const answers = await Promise.all([call('{"a":1}'), call('{"b":2}'), call('{"c":3}')]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(server.refreshes).toBe(1);
  expect(server.bodies.toSorted()).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
});

test('a call that meets an expired session waits until the user has signed in again, then goes on', async () => {
  const { server, gate, call } = setUp();
  gate.open();
  server.token = false;
  server.session = false;
  const answer = call('what was typed');
  await vi.waitFor(() => expect(gate.get()).toBe('expired'));
  expect(server.bodies).toEqual([]);
  server.token = true;
  server.session = true;
  gate.open();
  expect((await answer).status).toBe(200);
  expect(server.bodies).toEqual(['what was typed']);
});

test('who does not sign in again gets the refusal', async () => {
  const { server, gate, call } = setUp();
  gate.open();
  server.token = false;
  server.session = false;
  const answer = call();
  await vi.waitFor(() => expect(gate.get()).toBe('expired'));
  gate.close();
  expect((await answer).status).toBe(401);
});

test('where nobody was signed in nobody is waited for', async () => {
  const { server, call } = setUp();
  server.token = false;
  server.session = false;
  expect((await call()).status).toBe(401);
});

test('a wrong password at the sign-in is an answer, not an expired session', async () => {
  const gate = createSessionGate();
  gate.open();
  const sent: string[] = [];
  const fetch = createSessionFetch({
    gate,
    onLimited: () => undefined,
    onAway: () => undefined,
    fetch: async (request) => {
      sent.push((request as Request).url);
      return new Response('{}', { status: 401 });
    },
  });
  expect((await fetch(new Request(`${ORIGIN}/auth/login`, { method: 'POST', body: '{}' }))).status).toBe(401);
  expect(sent).toEqual([`${ORIGIN}/auth/login`]);
});

test('no answer is told apart from an answer that takes too long', async () => {
  const onAway = vi.fn<() => void>();
  const onLimited = vi.fn<(seconds: number) => void>();
  const gate = createSessionGate();
  const refused = createSessionFetch({ gate, onAway, onLimited, fetch: () => Promise.reject(new TypeError('failed')) });
  await expect(refused(new Request(ORIGIN))).rejects.toMatchObject({ name: 'NetworkError', failure: 'unreachable' });
  expect(onAway).toHaveBeenCalledTimes(1);

  const slow = createSessionFetch({
    gate,
    onLimited: () => undefined,
    onAway,
    fetch: (_request, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      }),
  });
  const error: unknown = await slow(new Request(ORIGIN), 5).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NetworkError);
  expect(error).toMatchObject({ failure: 'timeout' });
  expect(onAway).toHaveBeenCalledTimes(1);
});

test('a call that is no longer wanted ends with its own reason', async () => {
  const gone = new AbortController();
  const fetch = createSessionFetch({
    gate: createSessionGate(),
    onLimited: () => undefined,
    onAway: () => expect.unreachable('it was not davit'),
    fetch: () => Promise.reject(new DOMException('aborted', 'AbortError')),
  });
  gone.abort(new Error('the page was left'));
  await expect(fetch(new Request(ORIGIN, { signal: gone.signal }))).rejects.toThrow('the page was left');
});
