import { isIPv6 } from 'node:net';

export interface RateLimit {
  /** Most tries of one address in a window. */
  requests: number;
  windowMs: number;
}

export interface RateLimiter {
  /** Takes one try. Seconds to wait when there is none left, else 0. */
  take(address: string): number;
  /** Returns a try that turned out to be harmless. */
  giveBack(address: string): void;
}

// An attacker with many addresses must not fill the memory; the oldest window is forgotten first.
const MAX_ADDRESSES = 10_000;

/** Whoever has one IPv6 address has all of its /64: those count as one. */
function toBucket(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}

/**
 * Counts, for each address, the tries of callers who are not signed in. Kept in memory, so several servers allow as many
 * times more: this slows guessing down, it is not what keeps a guess from being right.
 */
export function createRateLimiter(limit: RateLimit, now: () => number = Date.now): RateLimiter {
  const windows = new Map<string, { count: number; endsAt: number }>();

  function windowOf(address: string) {
    const bucket = toBucket(address);
    const current = windows.get(bucket);
    if (current !== undefined && current.endsAt > now()) return current;
    windows.delete(bucket);
    if (windows.size >= MAX_ADDRESSES) {
      const oldest = windows.keys().next();
      if (!oldest.done) windows.delete(oldest.value);
    }
    const fresh = { count: 0, endsAt: now() + limit.windowMs };
    windows.set(bucket, fresh);
    return fresh;
  }

  return {
    take(address) {
      const window = windowOf(address);
      if (window.count >= limit.requests) return Math.max(1, Math.ceil((window.endsAt - now()) / 1000));
      window.count += 1;
      return 0;
    },
    giveBack(address) {
      const window = windowOf(address);
      window.count = Math.max(0, window.count - 1);
    },
  };
}
