import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { ProxyContext } from './proxy-context.ts';
import { isProxyToken } from './proxy-token.ts';

/** Who sent a request, and how. */
export interface Client {
  /** An IPv4 client of a dual-stack socket in IPv4 form. */
  address: string;
  scheme: 'http' | 'https';
}

/** Of the connection itself, or of what a proxy before this one says when it shows its token. */
export function readClient(context: ProxyContext, request: IncomingMessage, front: string | undefined): Client {
  const remote = request.socket.remoteAddress ?? 'unknown';
  const client: Client = { address: remote.startsWith('::ffff:') ? remote.slice(7) : remote, scheme: 'http' };
  if (front === undefined || !isProxyToken(front, context.frontToken)) return client;
  const { 'x-forwarded-for': address, 'x-forwarded-proto': scheme } = request.headers;
  if (typeof address === 'string' && isIP(address) !== 0) client.address = address;
  if (scheme === 'https') client.scheme = scheme;
  return client;
}
