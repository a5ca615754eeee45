import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:http2';
import { networkInterfaces } from 'node:os';
import { json, text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createTestHttpServer } from '../../../test/support/test-http-server.ts';
import { createForwardedJudge } from './forwarded-trust.ts';
import { route } from './route.ts';

const field = 'x-test-front';
const token = 'what only the proxy knows';
const forwarded = { networks: ['127.0.0.0/8', '192.0.2.0/24'], field, tokens: () => [token, 'another'] };

/** Says what it knows of the client. */
const register = (app: FastifyInstance): void =>
  route(app, {
    method: 'GET',
    path: '/v1/client',
    tag: 't',
    summary: 's',
    operationId: 'getClient',
    policy: { public: true },
    response: z.strictObject({ address: z.string(), host: z.string(), protocol: z.string(), names: z.string() }),
    handle: async ({ request: { ip, host, protocol, headers } }) => ({
      address: ip,
      host: host.replace(/:\d+$/, ''),
      protocol,
      names: Object.keys(headers)
        .filter((name) => /forwarded|front/.test(name))
        .sort()
        .join(),
    }),
  });

const said = {
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'davit.test',
  forwarded: 'for=203.0.113.9',
};
const direct = { address: '127.0.0.1', host: '127.0.0.1', protocol: 'http', names: '' };
const asSaid = {
  address: '203.0.113.9',
  host: 'davit.test',
  protocol: 'https',
  names: 'forwarded,x-forwarded-for,x-forwarded-host,x-forwarded-proto',
};

async function start(trust: typeof forwarded | undefined): Promise<string> {
  const app = await createTestHttpServer(register, trust && { forwarded: trust });
  return await app.listen({ host: '127.0.0.1', port: 0 });
}

async function ask(url: string, headers: Record<string, string>): Promise<unknown> {
  return await (await fetch(`${url}/v1/client`, { headers })).json();
}

test('a program of this machine is believed by its token alone, whatever its address is trusted for', async () => {
  const url = await start(forwarded);
  expect(await ask(url, said)).toEqual(direct);
  for (const wrong of ['', 'guessed', token.slice(1), `${token}, ${token}`, `${token}x`]) {
    expect(await ask(url, { ...said, [field]: wrong })).toEqual(direct);
  }
  for (const right of [token, 'another']) expect(await ask(url, { ...said, [field]: right })).toEqual(asSaid);
  expect(await ask(url, { [field]: token })).toEqual(direct);
  const unset = await start(undefined);
  expect(await ask(unset, { ...said, [field]: token })).toMatchObject({ address: '127.0.0.1', protocol: 'http' });
});

test('by HTTP/2 it is the same', async () => {
  const session = connect(await start(forwarded));
  onTestFinished(() => session.close());
  const answer = async (headers: Record<string, string>) =>
    await json(session.request({ ':path': '/v1/client', ...headers }));
  expect(await answer(said)).toEqual(direct);
  expect(await answer({ ...said, [field]: token })).toEqual(asSaid);
});

test('so it is where a WebSocket is asked for', async () => {
  const url = new URL(await start(forwarded));
  const answer = async (headers: Record<string, string>): Promise<unknown> => {
    const call = request({
      host: url.hostname,
      port: url.port,
      path: '/v1/client',
      headers: { ...headers, connection: 'upgrade', upgrade: 'websocket' },
    }).end();
    const [response] = await once(call, 'response');
    return JSON.parse(await text(response));
  };
  expect(await answer(said)).toEqual(direct);
  expect(await answer({ ...said, [field]: token })).toEqual(asSaid);
});

test('of another machine, the networks that are trusted say whom to believe', () => {
  const { isProxy, judge } = createForwardedJudge(forwarded);
  const left = (remoteAddress: string | undefined, shown?: string) => {
    const headers = { ...said, host: 'x', ...(shown !== undefined && { [field]: shown }) };
    judge({ headers, socket: { remoteAddress } } as never);
    return Object.keys(headers).length;
  };
  const all = Object.keys(said).length + 1;
  expect([left('192.0.2.7'), left('::ffff:192.0.2.7'), left('198.51.100.1')]).toEqual([all, all, all]);
  expect([isProxy('192.0.2.7', 0), isProxy('192.0.2.7', 1), isProxy('::ffff:192.0.2.7', 1)]).not.toContain(false);
  expect([isProxy('198.51.100.1', 0), isProxy('made up', 0), isProxy(undefined, 0)]).not.toContain(true);
  const own = Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []);
  for (const address of [...own, '127.9.9.9', '::1', '::ffff:127.0.0.1', undefined]) {
    expect([address, left(address), left(address, token)]).toEqual([address, 1, all]);
  }
});
