import type { ErrorPage } from './error-page.ts';

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);
const CLOSED = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const SAFE_TO_REPEAT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Sending it twice has the effect of sending it once (RFC 9110 §9.2.2). */
export function isIdempotent(method: string): boolean {
  return SAFE_TO_REPEAT.has(method);
}

/** The code of what undici or Node threw. */
export function failureCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
}

/** The other side closed the connection without an answer, which a kept-alive one may do at any time. */
export function isConnectionClosed(error: unknown): boolean {
  return CLOSED.has(failureCode(error));
}

/** What the client is told when no instance answered. */
export function failurePage(error: unknown): ErrorPage {
  const code = failureCode(error);
  if (code === 'UND_ERR_INVALID_ARG') {
    return { status: 400, title: 'Bad Request', detail: 'The request has a part that cannot be passed on.' };
  }
  if (TIMEOUTS.has(code)) {
    return { status: 504, title: 'Gateway Timeout', detail: 'The service behind this name did not answer in time.' };
  }
  return { status: 502, title: 'Bad Gateway', detail: 'The service behind this name could not be reached.' };
}

/** What the client is told when a route has no instance. */
export const nothingServesPage: ErrorPage = {
  status: 503,
  title: 'Service Unavailable',
  detail: 'Nothing serves this name at the moment.',
  retryAfterSeconds: 5,
};
