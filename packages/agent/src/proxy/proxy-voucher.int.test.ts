import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { send, startInstance, startProxy, temporaryFolder } from '../../test/support/proxy-bed.ts';

// By its voucher the proxy is known to davit itself, behind it. Nobody else may see it.

const field = 'x-davit-front';

/** A proxy with two routes, to davit and to an application, whose targets say what they see in the field. */
async function startBoth(stateFile: string) {
  const proxy = await startProxy({ stateFile });
  const { port } = await startInstance(({ headers }, response) => response.end(String(headers[field])));
  const targets = [{ id: 'one', address: '127.0.0.1', port }];
  await proxy.putRoute('panel.test', { owner: 'platform', targets, vouched: true });
  await proxy.putRoute('app.test', { owner: 'app', targets });
  return proxy;
}

async function openWebSocket(port: number, host: string): Promise<string> {
  const headers = { host, connection: 'upgrade', upgrade: 'websocket', [field]: 'guessed' };
  const [response] = await once(request({ host: '127.0.0.1', port, headers }).end(), 'response');
  return await text(response);
}

it('is shown to the targets of routes that ask for it, and to no others; what visitors send of it is dropped', async () => {
  const proxy = await startBoth(join(await temporaryFolder(), 'routes'));
  const { address, front } = proxy;
  expect(front.voucher).toMatch(/^[0-9a-f]{64}$/);
  expect(front.voucher).not.toBe(front.token);
  for (const name of [field, 'X_Davit_Front', 'connection']) {
    const headers = { [name]: name === 'connection' ? field : 'guessed' };
    expect((await send(address.port, 'panel.test', { headers })).body).toBe(front.voucher);
    expect((await send(address.port, 'app.test', { headers })).body).toBe('undefined');
  }
  expect(await openWebSocket(address.port, 'panel.test')).toBe(front.voucher);
  expect(await openWebSocket(address.port, 'app.test')).toBe('undefined');
  expect(JSON.stringify(proxy.listRoutes())).not.toContain(front.voucher);
});

it('stays the same over a restart, and is closed to others on disk', async () => {
  const stateFile = join(await temporaryFolder(), 'routes');
  const first = await startBoth(stateFile);
  await first.close(0);
  expect((await stat(`${stateFile}.voucher`)).mode & 0o777).toBe(0o600);
  const next = await startProxy({ stateFile });
  expect(next.front.voucher).toBe(first.front.voucher);
  expect((await send(next.address.port, 'panel.test')).body).toBe(first.front.voucher);
  expect(await readFile(stateFile, 'utf8')).not.toContain(first.front.voucher);
});
