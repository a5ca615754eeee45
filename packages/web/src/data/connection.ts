import { onlineManager } from '@tanstack/react-query';
import { createObservable, type Observable } from './observable.ts';

/** Whether davit can be reached. `retryAt` is a time as of Date.now(), in milliseconds. */
export type ConnectionState = { readonly away: false } | { readonly away: true; readonly retryAt: number };

export interface Connection extends Observable<ConnectionState> {
  /** Something did not get through: ask until davit is back. */
  reportAway: () => void;
  /** Asks now instead of at the next turn. */
  retryNow: () => void;
  /** Called each time davit can be reached again. @returns what ends that */
  onBack: (listener: () => void) => () => void;
}

export interface ConnectionOptions {
  /** Resolves with whether davit is there and ready; may reject. */
  probe: () => Promise<boolean>;
  /** For tests. */
  pausesMs?: readonly number[];
}

// A restart takes one to three seconds; who waits longer is not helped by more questions.
const PAUSES_MS = [500, 1000, 2000, 3000, 5000, 8000, 15_000];

/** Watches whether davit is there: told of failures by the calls themselves, it then asks at growing intervals. */
export function createConnection({ probe, pausesMs = PAUSES_MS }: ConnectionOptions): Connection {
  const state = createObservable<ConnectionState>({ away: false });
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let probing = false;

  function schedule(): void {
    const pause = pausesMs[Math.min(attempt, pausesMs.length - 1)] ?? 15_000;
    attempt += 1;
    state.set({ away: true, retryAt: Date.now() + pause });
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), pause);
  }

  async function ask(): Promise<void> {
    if (probing || !state.get().away) return;
    probing = true;
    clearTimeout(timer);
    const isBack = await probe().catch(() => false);
    probing = false;
    if (!isBack) return schedule();
    attempt = 0;
    state.set({ away: false });
    for (const listener of listeners) listener();
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    reportAway() {
      if (!state.get().away) schedule();
    },
    retryNow: () => void ask(),
    onBack(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

// Without a limit a probe into a network that swallows everything would hang as long as the system's own, minutes.
const PROBE_TIMEOUT_MS = 5000;

/** The connection of this page. */
export const connection: Connection = createConnection({
  async probe() {
    const answer = await fetch('/health/ready', { cache: 'no-store', signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    return answer.ok;
  },
});

/**
 * While davit is away queries wait instead of failing, and go on by themselves. The browser's own idea of being online is not
 * asked: it is about some network, not about davit. Its news are a reason to look, though.
 */
export function watchConnection(): void {
  onlineManager.setEventListener((setOnline) => connection.subscribe(() => setOnline(!connection.get().away)));
  globalThis.addEventListener('online', () => connection.retryNow());
  globalThis.addEventListener('offline', () => connection.reportAway());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') connection.retryNow();
  });
}
