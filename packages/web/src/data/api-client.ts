import { type operations, type paths, toApiError, unwrap } from '@davit/api/browser';
import createClient from 'openapi-fetch';
import { connection } from './connection.ts';
import { takeEarly } from './early-answers.ts';
import { createIdempotencyKey } from './idempotency-key.ts';
import { NetworkError } from './network-error.ts';
import { requestLimit } from './request-limit.ts';
import { createSessionFetch } from './session-fetch.ts';
import { sessionGate } from './session-gate.ts';

export { ApiError, type Schemas } from '@davit/api/browser';

/** What an operation takes as its body: `Body<'createProject'>`. */
export type Body<Operation extends keyof operations> = operations[Operation] extends {
  requestBody?: { content: { 'application/json': infer T } };
}
  ? T
  : never;

/** What goes through the session: refreshed, with a limit, held back while it has expired. */
export const sessionFetch = createSessionFetch({
  gate: sessionGate,
  onAway: () => connection.reportAway(),
  onLimited: (seconds) => requestLimit.report(seconds),
});

// The key makes a repetition harmless: a write that a restart of the server cut off is done once, whichever half got lost.
const WRITE_PAUSES_MS = [700, 1500];

async function sendWrite(request: Request): Promise<Response> {
  for (const pause of WRITE_PAUSES_MS) {
    const repeat = request.clone();
    try {
      return await sessionFetch(request);
    } catch (error) {
      if (!(error instanceof NetworkError) || error.failure !== 'unreachable') throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    request = repeat;
  }
  return await sessionFetch(request);
}

async function read(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  return (await takeEarly(pathname + search)) ?? (await sessionFetch(request));
}

/**
 * davit's API with the types of its document. Hand the answer to {@link unwrap}:
 * `unwrap(api.GET('/v1/projects', { signal }))`.
 */
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  credentials: 'same-origin',
  cache: 'no-store',
  fetch: (request) => {
    if (request.method === 'GET') return read(request);
    if (!request.headers.has('idempotency-key')) request.headers.set('idempotency-key', createIdempotencyKey());
    return sendWrite(request);
  },
});

/** What has the session in cookies, which no script can read, instead of in the answer. */
export const cookieSession = { 'x-davit-session': 'cookie' } as const;

export { toApiError, unwrap };
