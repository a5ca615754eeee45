import { isIPv6 } from 'node:net';
import type { Principal } from './principal.ts';

/** The eight groups of an IPv6 address; undefined for an IPv4 one, also for one in IPv6 form (`::ffff:1.2.3.4`). */
function findGroups(address: string): string[] | undefined {
  const bare = address.split('%', 1)[0] ?? '';
  if (!isIPv6(bare) || bare.includes('.')) return undefined;
  const [head = '', tail] = bare.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].map((group) => group.replace(/^0+(?=.)/, ''));
}

/**
 * Whom the requests of an address are counted for: whoever has one IPv6 address has all of its /64, and every program of this
 * machine may call from all of 127.0.0.0/8. Each of these counts as one.
 */
export function bucketOfAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const whole = findGroups(address)?.slice(0, 4).join(':') ?? mapped ?? address.split('%', 1)[0] ?? '';
  return `address:${whole.replace(/^127\.\d+\.\d+\.\d+$/, '127.0.0.1')}`;
}

/** The /48 of an IPv6 address, which is what one customer may get: 65,536 times a /64. Undefined for IPv4. */
export function findNetworkBucket(address: string): string | undefined {
  const groups = findGroups(address);
  return groups === undefined ? undefined : `network:${groups.slice(0, 3).join(':')}`;
}

/**
 * Whom the requests of somebody who is signed in are counted for: the user, by whatever session or token. A run that calls davit
 * with a token of its own does not use up what the user has.
 */
export function bucketOfPrincipal({ userId, runId }: Principal): string {
  return runId === undefined || runId === null ? `user:${userId}` : `run:${runId}`;
}
