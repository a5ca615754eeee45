import { expect, test } from 'vitest';
import { chooseAddress, chooseSubnet, parseRoutes, parseSubnet } from './free-subnet.ts';

const range = (text: string) => {
  const found = parseSubnet(text);
  if (found === undefined) throw new Error(`${text} is no network`);
  return found;
};

test('a subnet is chosen that no route and no other network occupies', () => {
  const occupied = [range('10.213.0.0/25'), range('10.213.2.0/23')];
  expect(chooseSubnet(range('10.213.0.0/22'), occupied)).toBe('10.213.1.0/24');
});

test('a pool that is used up has none', () => {
  expect(chooseSubnet(range('10.213.0.0/23'), [range('10.213.0.0/16')])).toBeUndefined();
});

test.each(['10.213.0.0', '10.213.0.0/33', '10.300.0.0/16', 'fd00::/8', ''])('%j is no network', (text) => {
  expect(parseSubnet(text)).toBeUndefined();
});

test('the routes of Linux are read, without the default one', () => {
  const table = [
    'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'dvt1\t00074A0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
  ].join('\n');
  expect(parseRoutes(table)).toEqual([range('10.74.7.0/24')]);
});

test('an address is never that of the network, its gateway or everybody, nor one that is taken', () => {
  const taken = new Set(Array.from({ length: 252 }, (_, index) => `10.1.2.${index + 2}`));
  expect(chooseAddress('10.1.2.0/24', taken)).toBe('10.1.2.254');
  expect(chooseAddress('10.1.2.0/24', new Set([...taken, '10.1.2.254']))).toBeUndefined();
});
