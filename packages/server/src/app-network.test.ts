import { expect, test } from 'vitest';
import { createHostRefusal } from './app-network.ts';
import { outboundErrors } from './platform/outbound/outbound-errors.ts';

const asked: string[] = [];
const refusalOf = createHostRefusal(
  {
    async findAddress(host) {
      asked.push(host);
      throw outboundErrors.OUTBOUND_UNREACHABLE();
    },
    async judgeRegistry(registry) {
      asked.push(registry);
      if (registry.startsWith('evil')) throw outboundErrors.OUTBOUND_ADDRESS_REFUSED({ message: 'It leads inside.' });
      if (registry.startsWith('away')) throw outboundErrors.OUTBOUND_UNREACHABLE();
    },
  },
  new Set(['own host']),
);

test.each(['example.com', 'a.b-c.example.', 'my_registry', '10.0.0.1', '[::1]', 'xn--bcher-kva.example', 'own host'])(
  '%s, which this server cannot resolve, is left to who calls it',
  async (host) => {
    expect(await refusalOf(host)).toBeUndefined();
  },
);

test.each([
  '',
  '169.254.169.25"4',
  'a\\.b',
  'a b',
  '$H',
  '%31.example',
  '\uff11.example',
  'a..b',
  '-a',
  'a:b',
  '[::g]',
  '[::1',
])('%j, which is no host, is refused before anybody is asked', async (host) => {
  asked.length = 0;
  expect(await refusalOf(host)).toMatch(/neither the name nor the address/);
  expect(asked).toEqual([]);
});

test('a registry is judged by its answer, once in a while; one of the operator and Docker Hub are not', async () => {
  asked.length = 0;
  for (const registry of ['good.example:5000', 'good.example:5000', 'away.example', 'own host:443', 'docker.io'])
    expect(await refusalOf.ofRegistry(registry)).toBeUndefined();
  expect(asked).toEqual(['good.example:5000', 'away.example']);
  for (const _time of [1, 2]) expect(await refusalOf.ofRegistry('evil.example')).toBe('It leads inside.');
  expect(asked.slice(2)).toEqual(['evil.example', 'evil.example']);
});
