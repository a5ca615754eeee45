import { isIP } from 'node:net';

const UPPERCASE = /[A-Z]/;
/** RFC 9110 reg-name without percent-encoding, or an IP literal in brackets. Underscores occur in real host names. */
const HOST_NAME = /^(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])$/;

/**
 * The key under which the host of a `Host` field is looked up: without port and trailing dot, in lower case.
 * Never fails: what is not a host name gives a key that no route has, see {@link isHostName}.
 */
export function hostKey(authority: string): string {
  let end = authority.length;
  const colon = authority.lastIndexOf(':');
  // "[::1]" has colons and no port.
  if (colon !== -1 && authority.charCodeAt(end - 1) !== 93) end = colon;
  if (end > 0 && authority.charCodeAt(end - 1) === 46) end -= 1;
  const host = end === authority.length ? authority : authority.slice(0, end);
  return UPPERCASE.test(host) ? host.toLowerCase() : host;
}

/** Whether a key of {@link hostKey} is a host name (letters, digits, dots, dashes) or an IP address. */
export function isHostName(key: string): boolean {
  return key.length <= 253 && HOST_NAME.test(key) && !key.includes('..');
}

/** Whether an instance can be reached at this address: a host name, or an IP address with or without brackets. */
export function isTargetAddress(address: string): boolean {
  return (
    isIP(address) !== 0 ||
    (isHostName(address.toLowerCase()) && (!address.startsWith('[') || isIP(address.slice(1, -1)) === 6))
  );
}

/** The host of a route, or the address of one of its targets, is not what it should be. */
export class InvalidHostError extends Error {
  override readonly name = 'InvalidHostError';
  readonly code = 'AGENT_BAD_REQUEST';
}
