import type { FastifyRequest } from 'fastify';
import { httpErrors } from './http-errors.ts';

/** What is known of davit's own address before any request comes. */
export interface OwnAddress {
  /** BASE_URL; undefined where davit answers at whatever name it is reached by. */
  baseUrl?: string | undefined;
  /** Below it are the host names of running applications. */
  applicationDomain?: string | undefined;
}

function originOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  return parsed === null || parsed.origin === 'null' ? undefined : parsed.origin;
}

/** Whether an application may have this host name, now or later. */
function isApplicationHost(hostname: string, applicationDomain: string | undefined): boolean {
  return applicationDomain !== undefined && hostname.toLowerCase().endsWith(`.${applicationDomain.toLowerCase()}`);
}

/**
 * The origin at which this request reached davit: that of BASE_URL, else scheme and host of the request, for which
 * X-Forwarded-Proto and X-Forwarded-Host of trusted proxies count. Undefined for a host name that belongs to an application:
 * cookies know no ports, so what is kept for that name would be sent to the application too.
 */
export function ownOriginOf(request: FastifyRequest): string | undefined {
  const { baseUrl, applicationDomain } = request.server.httpContext.ownAddress;
  if (baseUrl !== undefined) return originOf(baseUrl);
  const origin = originOf(`${request.protocol}://${request.host}`);
  if (origin === undefined || isApplicationHost(new URL(origin).hostname.replace(/\.$/, ''), applicationDomain))
    return undefined;
  return origin;
}

/**
 * Whether the page that made this request is one of davit's own: its Origin is the one davit is reached at, to the letter. A
 * sibling subdomain is the same site, so SameSite cookies do not tell it apart; neither does the absence of the header.
 */
function isOwnOrigin(request: FastifyRequest): boolean {
  const { origin } = request.headers;
  return origin !== undefined && origin === ownOriginOf(request);
}

/** @throws AppError CSRF_REFUSED unless the request was made by one of davit's own pages */
export function requireOwnOrigin(request: FastifyRequest): void {
  if (isOwnOrigin(request)) return;
  const own = ownOriginOf(request);
  throw httpErrors.CSRF_REFUSED(own === undefined ? {} : { details: { origin: own } });
}
