import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Whom davit believes what they say of a client in `X-Forwarded-*`. */
export interface ForwardedTrust {
  /** Addresses and networks of proxies. Those of this machine say nothing: programs of services have them as well. */
  networks: readonly string[];
  /** The field in which a proxy on this machine shows what nobody else on it knows. */
  field: string;
  /** Secrets that may be in it. */
  tokens: () => readonly string[];
}

/** Interfaces come and go seldom, and are asked about for each request of a proxy. */
const interfacesKnownMs = 5000;

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');

function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = familyOf(address);
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

/** An IPv4 address in IPv6 form is in the networks of the IPv4 one. Names and the like are in none. */
const isIn = (list: BlockList, address: string): boolean => {
  const bare = address.split('%', 1)[0] ?? '';
  return isIP(bare) !== 0 && list.check(bare, familyOf(bare));
};

const loopback = toBlockList(['127.0.0.0/8', '::1']);

/** Whether an address is one that programs of this machine can call from: of the loopback, or of one of its interfaces. */
function createOwnAddresses(): (address: string) => boolean {
  let own = new BlockList();
  let askAt = 0;
  return (address) => {
    if (isIn(loopback, address)) return true;
    if (performance.now() >= askAt) {
      const found = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
      own = toBlockList(found.map((each) => each.address.split('%', 1)[0] ?? ''));
      askAt = performance.now() + interfacesKnownMs;
    }
    return isIn(own, address);
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In the same time for every wrong one. */
const isOneOf = (shown: string, tokens: readonly string[]): boolean =>
  tokens.filter((token) => timingSafeEqual(digest(shown), digest(token))).length > 0;

const isForwarded = (name: string): boolean => name === 'forwarded' || name.startsWith('x-forwarded-');

/** Judges what requests say of a client by who brings them. */
export function createForwardedJudge({ networks, field, tokens }: ForwardedTrust) {
  const proxies = toBlockList(networks);
  const isOwn = createOwnAddresses();

  /** Takes out of a request of this machine what no proxy of davit's vouches for, and the token in any case. */
  function judge({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): void {
    const shown = headers[field];
    // Nothing that answers requests needs it, and none can give it away.
    delete headers[field];
    const said = Object.keys(headers).filter(isForwarded);
    if (said.length === 0 || (typeof shown === 'string' && isOneOf(shown, tokens()))) return;
    // Without an address: of a connection that is gone.
    if (socket.remoteAddress !== undefined && !isOwn(socket.remoteAddress)) return;
    for (const name of said) delete headers[name];
  }

  return {
    /** What requests come to first. */
    before:
      (listener: RequestListener): RequestListener =>
      (request, response) => {
        judge(request);
        listener(request, response);
      },
    judge,
    /** Whether to believe who handed a request on; `hop` 0 is who brought it here. */
    isProxy: (address: string | undefined, hop: number): boolean =>
      address !== undefined && (isIn(proxies, address) || (hop === 0 && isOwn(address))),
  };
}
