import { NetworkError } from './network-error.ts';
import type { SessionGate } from './session-gate.ts';

export interface SessionFetchOptions {
  gate: SessionGate;
  /** Told of each call that got no answer, or an answer that says davit is not there. */
  onAway: () => void;
  /** Told of each question that was refused because there were too many, with the seconds until the next is taken. */
  onLimited: (seconds: number) => void;
  fetch?: typeof globalThis.fetch;
  timeoutMs?: number;
}

/**
 * Sends a request as who is signed in. `limitMs` is the time for the whole answer, Infinity for a stream.
 * Throws NetworkError, or the reason of the request's signal.
 */
export type SessionFetch = (request: Request, limitMs?: number) => Promise<Response>;

const TIMEOUT_MS = 30_000;
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** They answer 401 for another reason than an expired session. */
const SIGN_IN = /\/auth\/(?:login|register|refresh|logout)$/;

/**
 * All pages of one browser share the cookie, so all use one key: whoever repeats the refresh that another has just made gets
 * the same token, instead of being taken for a thief.
 */
const REFRESH_KEY = 'davit-web';

/** Adds to fetch: a time limit, the refresh of an expired access token (one for all calls), and the wait for a new sign-in. */
export function createSessionFetch(options: SessionFetchOptions): SessionFetch {
  const { gate, timeoutMs = TIMEOUT_MS } = options;
  const send = (request: Request, limitMs: number) =>
    sendWithLimit(request, limitMs, options, options.fetch ?? globalThis.fetch);
  let refreshing: Promise<boolean> | undefined;

  /** @returns whether there is a session. */
  async function refresh(origin: string): Promise<boolean> {
    const answer = await send(
      new Request(new URL('/auth/refresh', origin), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-davit-session': 'cookie',
          'idempotency-key': REFRESH_KEY,
        },
        body: '{}',
      }),
      timeoutMs,
    );
    await answer.body?.cancel();
    // Anything but a clear no (a limit, a database that is away) leaves the session as it was: the call's own answer tells.
    return answer.status !== 401 && answer.status !== 403 && answer.status !== 400;
  }

  function refreshOnce(origin: string): Promise<boolean> {
    refreshing ??= withTabLock(() => refresh(origin)).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  async function sendAs(
    request: Request,
    limitMs: number,
    renewals: readonly (() => Promise<boolean>)[],
  ): Promise<Response> {
    const [renew, ...later] = renewals;
    const repeat = renew === undefined ? undefined : request.clone();
    const answer = await send(request, limitMs);
    if (answer.status !== 401 || renew === undefined || repeat === undefined || !(await renew())) return answer;
    await answer.body?.cancel();
    return await sendAs(repeat, limitMs, later);
  }

  return async (request, limitMs = timeoutMs) => {
    const { pathname, origin } = new URL(request.url);
    if (SIGN_IN.test(pathname)) return await send(request, limitMs);
    // A server that refuses both a fresh token and a new sign-in has another reason.
    const renewals = [
      async () => (await refreshOnce(origin)) || (await gate.waitForSession()),
      () => gate.waitForSession(),
    ];
    return await sendAs(request, limitMs, renewals);
  };
}

/** Two pages that refresh at once would each use the same cookie. Browsers have locks in secure contexts only. */
async function withTabLock<T>(act: () => Promise<T>): Promise<T> {
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  return locks === undefined ? await act() : await locks.request('davit-refresh', act);
}

async function sendWithLimit(
  request: Request,
  limitMs: number,
  { onAway, onLimited }: Pick<SessionFetchOptions, 'onAway' | 'onLimited'>,
  fetch: typeof globalThis.fetch,
): Promise<Response> {
  const limit = limitMs === Number.POSITIVE_INFINITY ? new AbortController().signal : AbortSignal.timeout(limitMs);
  const isWrite = WRITES.has(request.method);
  try {
    const answer = await fetch(request, { signal: AbortSignal.any([request.signal, limit]) });
    if (answer.status === 502 || answer.status === 504 || (answer.status === 503 && !isWrite)) onAway();
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
    // What a form or a button sent says so for itself, and is not sent again.
    if (answer.status === 429 && !isWrite && seconds > 0) onLimited(seconds);
    return answer;
  } catch (error) {
    request.signal.throwIfAborted();
    if (limit.aborted) throw new NetworkError('timeout', error);
    onAway();
    throw new NetworkError(isOffline() ? 'offline' : 'unreachable', error);
  }
}

function isOffline(): boolean {
  return (globalThis.navigator as Partial<Navigator> | undefined)?.onLine === false;
}
