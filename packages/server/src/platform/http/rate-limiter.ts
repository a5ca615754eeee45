import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../kernel/logger.ts';
import type { RateStore, RateUse } from './rate-store.ts';

export interface RateLimit {
  /** Most tries of one bucket in a window. */
  requests: number;
  windowMs: number;
}

export interface RateLimiter {
  readonly limit: RateLimit;
  /** Takes one try. Seconds to wait when there is none left, else 0. */
  take(bucket: string): Promise<number>;
  /** Whether a refusal is the first of its bucket's window, at all servers together: what is told of once. */
  isFirstRefusal(bucket: string): Promise<boolean>;
  /** Returns a try that turned out to be harmless. */
  giveBack(bucket: string): void;
  /** Tells the other servers what they do not know yet. */
  close(): Promise<void>;
}

export interface RateLimiterOptions {
  /** Tells the limits of one server apart in the store. */
  name: string;
  limit: RateLimit;
  /** Without one this server counts for itself. */
  store?: RateStore | undefined;
  /**
   * Which part of a window's tries may be told to the store in batches; 0.5. Nothing of what is rare and costly, such as sign-ins.
   */
  batched?: number;
  logger?: Logger;
  now?: () => number;
}

interface Window {
  /** By all servers, as the store said last. */
  used: number;
  /** By this one, and not told yet. */
  pending: number;
  endsAt: number;
  /** Whether this server has asked for its first refusal. */
  isRefused: boolean;
}

// An attacker with many addresses must not fill the memory; the oldest window is forgotten first.
const MAX_BUCKETS = 10_000;
const TELL_EVERY_MS = 200;
/** Longer is as good as no answer: what this server counted decides. */
const STORE_PATIENCE_MS = 1000;
const HALF = 0.5;

/**
 * Counts tries in windows that begin with a bucket's first one (docs/adr/0026). The store is asked at the first try of a window
 * and once half of them are gone; those between are added up here and told five times a second. So a request in the middle of a
 * window costs no statement, and servers together let through no more than one does, but for what several of them are asked within
 * the same fifth of a second. Without its store it neither opens nor closes: it goes on with what it has counted itself.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { name, limit, store, batched = HALF, logger, now = Date.now } = options;
  const windows = new Map<string, Window>();
  let timer: NodeJS.Timeout | undefined;
  let isStoreAway = false;

  function windowOf(bucket: string): { window: Window; isNew: boolean } {
    const current = windows.get(bucket);
    if (current !== undefined && current.endsAt > now()) return { window: current, isNew: false };
    windows.delete(bucket);
    if (windows.size >= MAX_BUCKETS) {
      const oldest = windows.keys().next();
      if (!oldest.done) windows.delete(oldest.value);
    }
    const window = { used: 0, pending: 0, endsAt: now() + limit.windowMs, isRefused: false };
    windows.set(bucket, window);
    return { window, isNew: true };
  }

  const secondsLeft = ({ endsAt }: Window) => Math.max(1, Math.ceil((endsAt - now()) / 1000));

  async function ask(
    counts: ReadonlyMap<string, number>,
    windowMs = limit.windowMs,
  ): Promise<ReadonlyMap<string, RateUse> | undefined> {
    if (store === undefined) return undefined;
    const answered = new AbortController();
    try {
      const found = await Promise.race([
        store.add(counts, windowMs),
        sleep(STORE_PATIENCE_MS, undefined, { ref: false, signal: answered.signal }),
      ]);
      if (found === undefined) throw new Error('no answer in time');
      isStoreAway = false;
      return found;
    } catch (error) {
      if (!isStoreAway)
        logger?.warn({ err: error, limit: name }, 'the shared rate limits are away: this server counts alone');
      isStoreAway = true;
      return undefined;
    } finally {
      answered.abort();
    }
  }

  /** Tells the store what is pending in these windows; what it does not take stays pending. */
  async function tell(told: ReadonlyMap<string, Window>): Promise<ReadonlyMap<string, RateUse> | undefined> {
    const counts = new Map([...told].map(([bucket, { pending }]) => [`${name}:${bucket}`, pending]));
    const sent = [...told].map(([bucket, window]) => ({ bucket, window, pending: window.pending }));
    for (const { window } of sent) {
      window.used += window.pending;
      window.pending = 0;
    }
    const found = await ask(counts);
    for (const { bucket, window, pending } of sent) {
      const use = found?.get(`${name}:${bucket}`);
      if (use === undefined) {
        window.used -= pending;
        window.pending += pending;
      } else {
        window.used = use.used;
        window.endsAt = now() + use.endsInMs;
      }
    }
    return found;
  }

  async function tellAll(): Promise<void> {
    timer = undefined;
    const told = new Map([...windows].filter(([, { pending, endsAt }]) => pending !== 0 && endsAt > now()));
    if (told.size > 0 && (await tell(told)) === undefined && store !== undefined) tellSoon();
  }

  function tellSoon(): void {
    if (store === undefined || timer !== undefined) return;
    timer = setTimeout(() => void tellAll(), TELL_EVERY_MS);
    timer.unref();
  }

  return {
    limit,
    async take(bucket) {
      const { window, isNew } = windowOf(bucket);
      if (window.used + window.pending >= limit.requests) return secondsLeft(window);
      window.pending += 1;
      if (store === undefined) return 0;
      if (!isNew && window.used + window.pending <= limit.requests * batched) {
        tellSoon();
        return 0;
      }
      const found = await tell(new Map([[bucket, window]]));
      if (found === undefined) {
        tellSoon();
        return 0;
      }
      // This try was the last of those that were told: it has the number that the store came to.
      const use = found.get(`${name}:${bucket}`);
      return use !== undefined && use.used > limit.requests ? secondsLeft(window) : 0;
    },
    async isFirstRefusal(bucket) {
      const window = windows.get(bucket);
      if (window === undefined || window.isRefused) return false;
      window.isRefused = true;
      // Counted like the tries themselves, for as long as their window lasts.
      const key = `${name}:refusals:${bucket}`;
      const found = await ask(new Map([[key, 1]]), Math.max(1, window.endsAt - now()));
      return (found?.get(key)?.used ?? 1) === 1;
    },
    giveBack(bucket) {
      const window = windows.get(bucket);
      if (window === undefined || window.endsAt <= now() || window.used + window.pending <= 0) return;
      window.pending -= 1;
      tellSoon();
    },
    async close() {
      clearTimeout(timer);
      await tellAll();
      clearTimeout(timer);
    },
  };
}
