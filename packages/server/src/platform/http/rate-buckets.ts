import { isIPv6 } from 'node:net';
import type { Principal } from './principal.ts';

/** Whoever has one IPv6 address has all of its /64: those count as one. IPv4 in IPv6 (`::ffff:1.2.3.4`) is that IPv4 address. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const bare = address.split('%', 1)[0] ?? '';
  if (!isIPv6(bare) || bare.includes('.')) return bare;
  const [head = '', tail] = bare.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

/** Whom the requests of an address are counted for. */
export function bucketOfAddress(address: string): string {
  return `address:${networkOf(address)}`;
}

/**
 * Whom the requests of somebody who is signed in are counted for: the user, by whatever session or token. A run that calls davit
 * with a token of its own does not use up what the user has.
 */
export function bucketOfPrincipal({ userId, runId }: Principal): string {
  return runId === undefined || runId === null ? `user:${userId}` : `run:${runId}`;
}
