import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { createConfigFile } from './config-file.ts';

/** A server that takes each refresh token once, as davit's does, and counts those that came again. */
async function serveRefreshes() {
  let number = 0;
  const used: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.parse(String(Buffer.concat((await Array.fromAsync(request)) as Buffer[]))) as {
      refreshToken: string;
    };
    const isKnown = body.refreshToken === `refresh-${number}`;
    used.push(body.refreshToken);
    response.setHeader('content-type', isKnown ? 'application/json' : 'application/problem+json');
    if (!isKnown) {
      response.writeHead(401).end(JSON.stringify({ detail: 'used before', code: 'REUSED', status: 401, errors: [] }));
      return;
    }
    number += 1;
    response.end(
      JSON.stringify({
        accessToken: `access-${number}`,
        accessTokenExpiresAt: new Date(Date.now() + 900_000).toISOString(),
        refreshToken: `refresh-${number}`,
        user: { email: 'me@example.com' },
      }),
    );
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    used,
    [Symbol.dispose]: () => void server.close(),
  };
}

const asker = `
const { createConfigFile } = await import(process.argv[1] + '/config-file.ts');
const { createTokenSource } = await import(process.argv[1] + '/token-source.ts');
const url = process.argv[3];
process.stdout.write(String(await createTokenSource(createConfigFile(process.argv[2]), url, async () => url)()));
`;

async function askInOtherProcess(folder: string, url: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', asker, import.meta.dirname, folder, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks = (await Array.fromAsync(child.stdout)) as Buffer[];
  return Buffer.concat(chunks).toString();
}

test('of several commands at once one refreshes, and the others take over what it got', async () => {
  using server = await serveRefreshes();
  await using folder = await temporaryFolder();
  const config = createConfigFile(folder.path);
  await config.update(({ servers }) => {
    servers[server.url] = {
      accessToken: 'old',
      accessTokenExpiresAt: '2020-01-01T00:00:00Z',
      refreshToken: 'refresh-0',
    };
  });
  const tokens = await Promise.all(Array.from({ length: 4 }, () => askInOtherProcess(folder.path, server.url)));
  expect(tokens).toEqual(['access-1', 'access-1', 'access-1', 'access-1']);
  expect(server.used).toEqual(['refresh-0']);
  expect((await config.read()).servers[server.url]).toMatchObject({
    refreshToken: 'refresh-1',
    email: 'me@example.com',
  });
});
