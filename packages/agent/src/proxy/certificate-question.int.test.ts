import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { route, send, startProxy } from '../../test/support/proxy-bed.ts';
import type { Proxy } from './proxy.ts';

async function ask({ address }: Proxy, name: string): Promise<number> {
  const path = `/.davit/may-have-certificate?domain=${name}`;
  return (await send(address.port, '127.0.0.1', { path })).status;
}

// All questions are asked within the same second, however long that takes.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('gives a known name its certificate however many names a stranger tries', async () => {
  const proxy = await startProxy();
  await proxy.putRoute('www.brand.test', { owner: 'owner', targets: [], certificate: true });
  await route(proxy, 'plain.brand.test');
  const statuses = [];
  for (let index = 0; index < 80; index += 1) statuses.push(await ask(proxy, `guess-${index}.example.org`));
  expect([statuses.at(0), statuses.at(-1)]).toEqual([404, 429]);
  expect(await ask(proxy, 'WWW.brand.test')).toBe(200);
  // A service without a certificate is no better than a name that nobody has.
  expect(await ask(proxy, 'plain.brand.test')).toBe(429);
});

it('does not count the names that may have a certificate', async () => {
  const proxy = await startProxy();
  await proxy.putRoute('www.brand.test', { owner: 'owner', targets: [], certificate: true });
  const known = await Promise.all(Array.from({ length: 200 }, () => ask(proxy, 'www.brand.test')));
  expect(new Set(known)).toEqual(new Set([200]));
  expect(await ask(proxy, 'unknown.example.org')).toBe(404);
});
