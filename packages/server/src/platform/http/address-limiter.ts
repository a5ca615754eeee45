import { bucketOfAddress, findNetworkBucket } from './rate-buckets.ts';
import { createRateLimiter, type RateLimiter, type RateLimiterOptions } from './rate-limiter.ts';

/** Counts addresses, and beside each IPv6 address its /48, of which a single customer may have all. */
export interface AddressLimiter extends RateLimiter {
  readonly networks: RateLimiter;
  /** As giveBack(), for a try of an address. */
  giveBackOf(address: string): void;
}

/** Households behind one provider may share a /48: it has as many tries as this many of its addresses. */
const ADDRESSES_OF_A_NETWORK = 16;

export function createAddressLimiter(options: RateLimiterOptions): AddressLimiter {
  const { name, limit } = options;
  const own = createRateLimiter(options);
  const networks = createRateLimiter({
    ...options,
    name: `${name} of networks`,
    limit: { ...limit, requests: limit.requests * ADDRESSES_OF_A_NETWORK },
  });
  return {
    ...own,
    networks,
    giveBackOf(address) {
      own.giveBack(bucketOfAddress(address));
      const network = findNetworkBucket(address);
      if (network !== undefined) networks.giveBack(network);
    },
    async close() {
      await Promise.all([own.close(), networks.close()]);
    },
  };
}
