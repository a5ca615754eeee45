import { expect, test } from 'vitest';
import { parseListening } from './listening-sockets.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

test('sockets that listen are found, connections are not', () => {
  const table = [
    head,
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1',
    '   1: 00000000:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2',
    '   2: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 3',
  ].join('\n');
  expect(parseListening(table, false)).toEqual([
    { address: '127.0.0.1', port: 8080 },
    { address: '0.0.0.0', port: 3000 },
  ]);
});

test('a socket for every address of IPv6 is one', () => {
  const table = `${head}\n   0: ${'0'.repeat(32)}:0050 ${'0'.repeat(32)}:0000 0A 0:0 00:0 0 0 0 1`;
  expect(parseListening(table, true)).toEqual([{ address: '::', port: 80 }]);
});
