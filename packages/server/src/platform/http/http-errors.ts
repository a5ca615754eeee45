import { defineErrors } from '../../kernel/app-error.ts';

/** What can be wrong with a request before any feature sees it. */
export const httpErrors = defineErrors({
  UNAUTHENTICATED: {
    kind: 'unauthenticated',
    message: 'This needs you to be signed in.',
    hint: 'Sign in with `davit login`, or send `Authorization: Bearer <access token or API token>`.',
  },
  PERMISSION_DENIED: {
    kind: 'permission_denied',
    message: 'Your role in this organization does not allow this.',
    hint: 'Ask an owner or admin of the organization to do it or to raise your role; an API token may need a wider scope.',
  },
  CSRF_REFUSED: {
    kind: 'permission_denied',
    message: 'This request uses the sign-in of a browser, but no page of this davit made it.',
    hint: 'Open davit at its own address, which is BASE_URL where that is set; programs send `Authorization: Bearer …` instead of cookies.',
  },
  ROUTE_NOT_FOUND: {
    kind: 'not_found',
    message: 'There is nothing at this path.',
    hint: 'See /openapi.json or /docs for the paths that exist.',
  },
  METHOD_NOT_ALLOWED: {
    kind: 'unimplemented',
    message: 'This path does not take this method.',
    hint: 'Use one of the methods in the Allow header.',
  },
  URL_INVALID: {
    kind: 'invalid_argument',
    message: 'The URL is not well-formed or a part of it is too long.',
    hint: 'Percent-encode every part of the path on its own.',
  },
  REQUEST_MALFORMED: {
    kind: 'invalid_argument',
    message: 'The request is not well-formed HTTP.',
    hint: 'Check the request line, the headers and their lengths.',
  },
  JSON_MALFORMED: {
    kind: 'invalid_argument',
    message: 'The body is not valid JSON.',
    hint: 'Send one JSON value in UTF-8, without a `__proto__` or `constructor` key.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    kind: 'invalid_argument',
    message: 'This route does not take a body of this type.',
    hint: 'Send `Content-Type: application/json` unless the route says otherwise, and no Content-Encoding.',
  },
  BODY_TOO_LARGE: {
    kind: 'resource_exhausted',
    message: 'The body is larger than this route takes.',
    hint: 'Send less. The limit is named in `details`.',
  },
  RATE_LIMITED: {
    kind: 'resource_exhausted',
    message: 'Too many requests came from you in a short time.',
    hint: 'Wait as long as the Retry-After header says. An operator sets the limits: RATE_LIMIT_REQUESTS, RATE_LIMIT_SIGN_IN and RATE_LIMIT_WINDOW.',
  },
  CURSOR_INVALID: {
    kind: 'invalid_argument',
    message: 'The cursor was not made by this list.',
    hint: 'Use `nextCursor` of the page before, unchanged, or leave `cursor` out to start again.',
  },
  IDEMPOTENCY_KEY_INVALID: {
    kind: 'invalid_argument',
    message: 'The Idempotency-Key must be 1 to 255 printable ASCII characters.',
    hint: 'Use a new UUID for each thing you want done.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    kind: 'failed_precondition',
    message: 'This Idempotency-Key was used for a different request.',
    hint: 'Use a new key for a new request.',
  },
  IDEMPOTENCY_KEY_IN_USE: {
    kind: 'aborted',
    message: 'The first request with this Idempotency-Key is still under way.',
    hint: 'Try again in some seconds with the same key.',
  },
  WEBSOCKET_REQUIRED: {
    kind: 'invalid_argument',
    message: 'This path is for a WebSocket, and this request is not for one.',
    hint: 'Open it with a WebSocket client of version 13 (RFC 6455).',
  },
  SERVER_STOPPING: {
    kind: 'unavailable',
    message: 'The server is stopping or starting again.',
    hint: 'Connect again; with Last-Event-ID a stream goes on where it ended.',
  },
  DATABASE_UNAVAILABLE: {
    kind: 'unavailable',
    message: 'The database cannot be reached right now.',
    hint: 'Try again in some seconds. An operator finds the cause in the server log and at /health/ready.',
  },
});
