import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';
import { type AddressGuard, createAddressGuard } from './address-guard.ts';
import { outboundErrors } from './outbound-errors.ts';

const MOST_REDIRECTS = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** All addresses of a host; `[::1]` is one of itself. Throws OUTBOUND_UNREACHABLE. */
export async function addressesOf(host: string): Promise<string[]> {
  const bare = host.replaceAll(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return [bare];
  try {
    return (await lookup(bare, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw outboundErrors.OUTBOUND_UNREACHABLE({ message: `There is no host with the name ${bare}.`, cause: error });
  }
}

/** Answers every question about a name with the one address that was looked at. */
export function pinTo(address: string): LookupFunction {
  const family = isIP(address);
  return (_host, options, done) => {
    if (options.all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  };
}

export interface OutboundNetworkOptions {
  /** Networks that may be called although they are not public. */
  networks: readonly string[];
  /** PEM: authorities beside those of the system. */
  extraCa?: string | undefined;
}

export interface StreamRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Otherwise a redirect is an answer. What `headers` hold goes to the first host only. */
  follow: boolean;
  signal: AbortSignal;
}

export interface StreamAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: IncomingMessage;
}

export type OutboundNetwork = ReturnType<typeof createOutboundNetwork>;

/** What davit reaches for people who name an address, by any protocol: the public Internet, and what its operator allows. */
export function createOutboundNetwork({ networks, extraCa }: OutboundNetworkOptions) {
  const guard: AddressGuard = createAddressGuard(networks);
  const authorities = extraCa === undefined ? undefined : [...getCACertificates('default'), extraCa];

  /**
   * The address to connect to. Each address of a name must be allowed, so that none of them is reached by trying again.
   *
   * @throws AppError OUTBOUND_*
   */
  async function findAddress(host: string): Promise<string> {
    const addresses = await addressesOf(host);
    const [first] = addresses;
    const mayCall = (address: string) => guard.isAllowed(address) || guard.isPublic(address);
    if (first !== undefined && addresses.every(mayCall)) return first;
    throw outboundErrors.OUTBOUND_ADDRESS_REFUSED({
      message: `davit does not call ${host}: it is in a network that is not public.`,
      hint: 'Name a host of the public Internet. An operator can allow others by their network in OUTBOUND_NETWORKS.',
    });
  }

  async function ask({ method, url, headers, body, signal }: StreamRequest): Promise<StreamAnswer> {
    const parsed = new URL(url);
    const isPlain = parsed.protocol === 'http:';
    if (!isPlain && parsed.protocol !== 'https:') throw outboundErrors.OUTBOUND_ADDRESS_REFUSED();
    const address = await findAddress(parsed.hostname);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = (isPlain ? httpRequest : httpsRequest)(parsed, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
      lookup: pinTo(address),
      agent: false,
      signal,
      ...(authorities === undefined ? {} : { ca: authorities }),
    });
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
    try {
      const answer = await promise;
      return { status: answer.statusCode ?? 0, headers: answer.headers, body: answer };
    } catch (error) {
      signal.throwIfAborted();
      throw outboundErrors.OUTBOUND_UNREACHABLE({ message: `${parsed.host} cannot be reached.`, cause: error });
    }
  }

  return {
    findAddress,

    /** @throws AppError OUTBOUND_*, also for a redirect to what may not be called */
    async request(asked: StreamRequest): Promise<StreamAnswer> {
      let next = asked;
      for (let hop = 0; ; hop += 1) {
        const answer = await ask(next);
        const { location } = answer.headers;
        if (!asked.follow || location === undefined || !redirects.has(answer.status)) return answer;
        answer.body.destroy();
        if (hop === MOST_REDIRECTS || !URL.canParse(location, next.url))
          throw outboundErrors.OUTBOUND_ANSWER_UNUSABLE();
        const to = new URL(location, next.url);
        const from = new URL(next.url);
        if (from.protocol === 'https:' && to.protocol !== 'https:') throw outboundErrors.OUTBOUND_ADDRESS_REFUSED();
        next = { ...next, url: to.href, headers: to.origin === from.origin ? next.headers : {} };
      }
    },
  };
}
