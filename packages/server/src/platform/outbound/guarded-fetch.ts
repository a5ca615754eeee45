import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { getCACertificates } from 'node:tls';
import { AppError } from '../../kernel/app-error.ts';
import { createAddressGuard } from './address-guard.ts';
import { outboundErrors } from './outbound-errors.ts';
import { addressesOf, pinTo } from './outbound-network.ts';

const ANSWER_LIMIT = 1024 * 1024;
const TIMEOUT_MS = 15_000;

export interface OutboundRequest {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Only authorities of this PEM are believed, in place of those of the system. */
  ca?: string;
  /** PEM: the client's own certificate and its key. */
  client?: { certificate: string; key: string };
  signal: AbortSignal;
}

export interface OutboundAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/**
 * Calls an address that somebody named. A redirect is an answer like any other: it is not followed.
 *
 * @throws AppError OUTBOUND_*
 */
export type GuardedFetch = (request: OutboundRequest) => Promise<OutboundAnswer>;

export interface GuardedFetchOptions {
  /** Networks that may be called although they are not public; in plain http too. */
  networks: readonly string[];
  /** PEM: authorities beside those of the system. */
  extraCa?: string | undefined;
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
  if (!isWeb || url.username !== '' || url.password !== '')
    throw outboundErrors.OUTBOUND_ADDRESS_REFUSED({ message: 'This is not the address of a web service.' });
  return url;
}

async function readAnswer(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > ANSWER_LIMIT) throw outboundErrors.OUTBOUND_ANSWER_UNUSABLE();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Calls web services for people, and never davit's own machine or network for them: the name is looked up once, each of its
 * addresses must be public or allowed, and the connection goes to one that was looked at.
 */
export function createGuardedFetch({ networks, extraCa }: GuardedFetchOptions): GuardedFetch {
  const guard = createAddressGuard(networks);
  const authorities = extraCa === undefined ? undefined : [...getCACertificates('default'), extraCa];

  async function findAddress(url: URL): Promise<string> {
    const addresses = await addressesOf(url.hostname);
    const mayCall = (address: string) =>
      guard.isAllowed(address) || (url.protocol === 'https:' && guard.isPublic(address));
    const [first] = addresses;
    if (first === undefined || !addresses.every(mayCall)) throw outboundErrors.OUTBOUND_ADDRESS_REFUSED();
    return first;
  }

  return async ({ method, url: text, headers = {}, body, ca, client, signal }) => {
    const url = parseUrl(text);
    const address = await findAddress(url);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const trust = ca ?? authorities;
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = send(url, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
      lookup: pinTo(address),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      agent: false,
      ...(trust === undefined ? {} : { ca: trust }),
      ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
    });
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
    try {
      const answer = await promise;
      return { status: answer.statusCode ?? 0, headers: answer.headers, text: await readAnswer(answer) };
    } catch (error) {
      outgoing.destroy();
      if (error instanceof AppError) throw error;
      signal.throwIfAborted();
      throw outboundErrors.OUTBOUND_UNREACHABLE({ message: `${url.host} cannot be reached.`, cause: error });
    }
  };
}
