import type { FastifyReply, FastifyRequest } from 'fastify';
import { ownOriginOf, requireOwnOrigin } from '../../platform/http/own-origin.ts';
import type { SignedIn } from './auth.ts';
import { authErrors } from './auth-errors.ts';

/** Sent by pages that want their session in cookies: `x-davit-session: cookie`. */
const SESSION_HEADER = 'x-davit-session';
/** The only paths that read the refresh token. */
const REFRESH_PATH = '/auth';

type CookieKind = 'access' | 'refresh';

/**
 * Over https the names carry the prefixes that browsers enforce (RFC 6265bis, 4.1.3): nobody but this very host could have set
 * such a cookie. Over plain http there is no such protection.
 */
function nameOf(kind: CookieKind, isSecure: boolean): string {
  if (!isSecure) return `davit_${kind}`;
  // `__Host-` demands the path `/`.
  return kind === 'access' ? '__Host-davit_access' : '__Secure-davit_refresh';
}

const isSecure = (request: FastifyRequest) => ownOriginOf(request)?.startsWith('https:') === true;

/**
 * The value of a session cookie. Undefined also when there are two different ones: a sibling subdomain can plant a cookie beside
 * ours over http, and which of them is ours cannot be told.
 */
export function readSessionCookie(request: FastifyRequest, kind: CookieKind): string | undefined {
  const start = `${nameOf(kind, isSecure(request))}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const values = new Set(pairs.filter((pair) => pair.startsWith(start)).map((pair) => pair.slice(start.length)));
  const [value] = values;
  return values.size === 1 && value !== '' ? value : undefined;
}

/** Whether the caller asks for a session in cookies. @throws AppError CSRF_REFUSED when no page of davit's own asks */
export function wantsCookies(request: FastifyRequest): boolean {
  const wanted = request.headers[SESSION_HEADER];
  if (wanted === undefined) return false;
  if (wanted !== 'cookie') throw authErrors.SESSION_KIND_UNKNOWN();
  requireOwnOrigin(request);
  return true;
}

/** Tokens are of characters that need no escape (RFC 6265, 4.1.1). Without Domain: for this very host, not for those below. */
function cookie(request: FastifyRequest, kind: CookieKind, value: string, maxAge: number): string {
  const secure = isSecure(request);
  const path = kind === 'access' ? '/' : REFRESH_PATH;
  const attributes = `Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return `${nameOf(kind, secure)}=${value}; ${attributes}`;
}

const secondsUntil = (time: Date) => Math.max(0, Math.floor((time.getTime() - Date.now()) / 1000));

/** The answer to a sign-in with its tokens in cookies, out of the reach of any script, and none in the body. */
export function presentInCookies(request: FastifyRequest, reply: FastifyReply, signedIn: SignedIn): SignedIn {
  const { accessToken = '', refreshToken = '', ...rest } = signedIn;
  reply.header('set-cookie', [
    cookie(request, 'access', accessToken, secondsUntil(signedIn.accessTokenExpiresAt)),
    cookie(request, 'refresh', refreshToken, secondsUntil(signedIn.refreshTokenExpiresAt)),
  ]);
  return { ...rest, tokenType: 'Cookie' };
}

/** Makes the browser forget its session. */
export function clearSessionCookies(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', [cookie(request, 'access', '', 0), cookie(request, 'refresh', '', 0)]);
}
