import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { findListeningSockets, parseListening } from './listening-sockets.ts';

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (address: string, state: string, inode: number): string =>
  `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0 100 0 0 10 0\n`;

describe('the table of sockets of the kernel', () => {
  it('is read for those that listen', () => {
    const text = header + row('0100007F:1F90', '0A', 11) + row('0100007F:1F91', '01', 12);
    expect([...parseListening(text)]).toEqual([['11', { address: '127.0.0.1', port: 8080 }]]);
  });

  it('is read for IPv6, written in its shortest form', () => {
    const loopback = row('00000000000000000000000001000000:0050', '0A', 1);
    const mapped = row('0000000000000000FFFF00000100007F:0051', '0A', 2);
    const any = row('00000000000000000000000000000000:0052', '0A', 3);
    const found = parseListening(header + loopback + mapped + any);
    expect(found.get('1')).toEqual({ address: '::1', port: 80 });
    expect(found.get('2')?.port).toBe(81);
    expect(found.get('3')).toEqual({ address: '::', port: 82 });
  });
});

describe('sockets of a process', () => {
  it('are its own only', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect(findListeningSockets([process.pid])).toContainEqual({ address: '127.0.0.1', port });
    expect(findListeningSockets([process.ppid])).not.toContainEqual({ address: '127.0.0.1', port });
    server.close();
  });
});
