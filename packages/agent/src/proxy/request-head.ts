import type { IncomingMessage } from 'node:http';
import { FRONT_HEADER } from '../protocol/protocol.ts';
import type { Client } from './client.ts';
import { connectionOptions, isHopByHop } from './hop-by-hop.ts';
import type { ProxyContext } from './proxy-context.ts';
import type { Route } from './route-table.ts';

/** What the head of a request says, as far as the proxy must know. */
export interface RequestHead {
  /** Sent on as it came; for a target in absolute form, the authority in it (RFC 9112 §3.2.2). */
  authority: string;
  /** Path and query. `*` for `OPTIONS *`. */
  path: string;
  hasBody: boolean;
  /** Index of the `Connection` field's value in the raw headers, -1 when there is none. */
  connection: number;
  /** Index of the value with which a proxy before this one shows who it is, -1 when there is none. Not yet believed. */
  front: number;
}

/**
 * Reads the head of a request. Node's parser has refused the rest already (both lengths, a bad chunk, control characters).
 * @returns undefined when it is not one request to one host
 */
export function readRequestHead(request: IncomingMessage): RequestHead | undefined {
  const raw = request.rawHeaders;
  const head: RequestHead = { authority: '', path: request.url ?? '', hasBody: false, connection: -1, front: -1 };
  let hosts = 0;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    // Comparing lengths first: most headers need no lower-case copy of their name.
    switch (name.length) {
      case 4:
        if (name.toLowerCase() === 'host') {
          hosts += 1;
          head.authority = raw[i + 1] as string;
        }
        break;
      case 10:
        if (name.toLowerCase() === 'connection') head.connection = i + 1;
        break;
      case 13:
        if (name.toLowerCase() === FRONT_HEADER) head.front = i + 1;
        break;
      case 14:
        if (name.toLowerCase() === 'content-length') head.hasBody ||= raw[i + 1] !== '0';
        break;
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') head.hasBody = true;
        break;
      default:
    }
  }
  if (hosts > 1) return undefined;
  if (head.path.charCodeAt(0) !== 47 && head.path !== '*' && !readAbsoluteForm(head)) return undefined;
  return head.authority === '' ? undefined : head;
}

/** `http://host/path`: the authority replaces the Host field, and the upstream gets the origin form. */
function readAbsoluteForm(head: RequestHead): boolean {
  const match = /^https?:\/\/([^/?#@]+)([/?][^#]*)?$/i.exec(head.path);
  if (!match) return false;
  const [, authority = '', path = '/'] = match;
  head.authority = authority;
  head.path = path.startsWith('/') ? path : `/${path}`;
  return true;
}

/**
 * The fields for the upstream, flat as undici takes them: hop-by-hop fields and everything that claims to come from a
 * proxy left out, and what this proxy knows put in.
 */
export function forwardHeaders(
  request: IncomingMessage,
  head: RequestHead,
  client: Client,
  requestId: string,
): string[] {
  const raw = request.rawHeaders;
  const dropped = head.connection === -1 ? undefined : connectionOptions(raw[head.connection] as string);
  const headers: string[] = ['host', head.authority];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    if (isHopByHop(name) || isReplaced(name) || dropped?.includes(name.toLowerCase())) continue;
    headers.push(name, raw[i + 1] as string);
  }
  const { address, scheme } = client;
  const node = address.includes(':') ? `"[${address}]"` : address;
  headers.push(
    'X-Forwarded-For',
    address,
    'X-Forwarded-Proto',
    scheme,
    'X-Forwarded-Host',
    head.authority,
    'Forwarded',
    `for=${node};host="${head.authority.replaceAll(/["\\]/g, '')}";proto=${scheme}`,
    'X-Request-Id',
    requestId,
  );
  return headers;
}

/** The fields for the target of this route: one that must know that they come from this proxy is shown its token. */
export function vouchedHeaders(context: ProxyContext, { spec }: Route, headers: string[]): string[] {
  return spec.vouched === true ? [...headers, FRONT_HEADER, context.voucher] : headers;
}

/**
 * Fields that the proxy sets itself or answers itself. With `_` for `-` too: CGI and WSGI servers read both as the same
 * variable, so `X_Forwarded_For` would be believed there.
 */
function isReplaced(name: string): boolean {
  switch (name.length) {
    case 4:
      return name.toLowerCase() === 'host';
    case 6:
      return name.toLowerCase() === 'expect';
    case 7:
      // What it announces is dropped: undici sends no trailers.
      return name.toLowerCase() === 'trailer';
    case 9: {
      const lower = name.toLowerCase().replaceAll('_', '-');
      return lower === 'forwarded' || lower === 'x-real-ip';
    }
    default: {
      if (name.length < 12) return false;
      const first = name.charCodeAt(0);
      if (first !== 120 && first !== 88) return false;
      const lower = name.toLowerCase().replaceAll('_', '-');
      return lower.startsWith('x-forwarded-') || lower === 'x-request-id' || lower === FRONT_HEADER;
    }
  }
}
