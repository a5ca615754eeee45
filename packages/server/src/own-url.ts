import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';

const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '127.0.0.1' };

/** Where a program on this machine reaches a server that listens. @throws Error while it does not */
export function ownUrl(address: string | AddressInfo | null): string {
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  const host = everywhere[address.address] ?? address.address;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${address.port}`;
}
