import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { type Account, createConfigFile } from './config-file.ts';
import { createTokenSource } from './token-source.ts';

const later = () => new Date(Date.now() + 900_000).toISOString();

/** A server that refuses every refresh, and takes the password `right`. */
async function serveSignIn() {
  const paths: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    paths.push(request.url ?? '');
    const text = Buffer.concat((await Array.fromAsync(request)) as Buffer[]).toString();
    if (request.url === '/auth/login' && text.includes('"right"')) {
      response.setHeader('content-type', 'application/json');
      const tokens = { accessToken: 'new', accessTokenExpiresAt: later(), refreshToken: 'next' };
      response.end(JSON.stringify({ ...tokens, user: { email: 'me@example.com' } }));
      return;
    }
    response.setHeader('content-type', 'application/problem+json');
    response.writeHead(401).end(JSON.stringify({ detail: 'no', code: 'NO', status: 401, errors: [] }));
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, paths, [Symbol.dispose]: () => void server.close() };
}

async function tokenOf(account: Account | undefined, rejected?: string) {
  using server = await serveSignIn();
  await using folder = await temporaryFolder();
  const config = createConfigFile(folder.path);
  await config.update(({ servers }) => {
    if (account !== undefined) servers.key = account;
  });
  const token = await createTokenSource(config, 'key', async () => server.url)(rejected);
  return { token, paths: server.paths };
}

test('a token that is good for long enough is used without asking anybody', async () => {
  const account = { accessToken: 'good', accessTokenExpiresAt: later(), refreshToken: 'r' };
  expect(await tokenOf(account)).toEqual({ token: 'good', paths: [] });
});

test('an API token is used as it is', async () => {
  expect(await tokenOf({ apiToken: 'dvt_x' })).toEqual({ token: 'dvt_x', paths: [] });
});

test('where nobody is signed in there is no token', async () => {
  expect(await tokenOf(undefined)).toEqual({ token: undefined, paths: [] });
  expect(await tokenOf({ lastServiceId: 'svc_1' })).toEqual({ token: undefined, paths: [] });
});

test('an account that the command itself made signs in again when its tokens have ended', async () => {
  const account = { email: 'me@example.com', password: 'right', refreshToken: 'ended' };
  expect(await tokenOf(account)).toEqual({ token: 'new', paths: ['/auth/refresh', '/auth/login'] });
});

test('a token that the server refused is not used again', async () => {
  const account = { email: 'me@example.com', password: 'right', accessToken: 'bad', accessTokenExpiresAt: later() };
  expect(await tokenOf(account, 'bad')).toEqual({ token: 'new', paths: ['/auth/login'] });
});

test('a sign-in that has ended says so, with exit code 3', async () => {
  await expect(tokenOf({ email: 'me@example.com', refreshToken: 'ended' })).rejects.toMatchObject({ exitCode: 3 });
});
