import { expect, test } from 'vitest';
import type { Proxy } from './adapters/proxy/proxy.ts';
import { keepRoute } from './app-panel-route.ts';

test('the route of the panel is not removed by who tidies up after a service that had the name, and others are', async () => {
  const removed: string[] = [];
  const proxy = {
    removeRoute: async (host: string) => {
      removed.push(host);
    },
  } as Partial<Proxy> as Proxy;
  const { signal } = new AbortController();
  for (const host of ['davit.example.com', 'www.example.org'])
    await keepRoute(proxy, 'davit.example.com').removeRoute(host, signal);
  expect(removed).toEqual(['www.example.org']);
  await keepRoute(proxy, undefined).removeRoute('davit.example.com', signal);
  expect(removed).toEqual(['www.example.org', 'davit.example.com']);
});
