import type { FastifyRequest } from 'fastify';
import type { Logger } from '../../kernel/logger.ts';
import { hashToken } from '../../platform/crypto/token.ts';
import type { Db } from '../../platform/db/database.ts';
import { requireOwnOrigin } from '../../platform/http/own-origin.ts';
import { lowerRole, type Principal, type Role } from '../../platform/http/principal.ts';
import type { AccessTokens } from './access-token.ts';
import { findLiveApiToken, recordApiTokenUse } from './api-token-store.ts';
import { readSessionCookie } from './session-cookies.ts';
import { findSessionRole } from './session-store.ts';

/**
 * What a request proves itself with: the one place that reads it. A program's header wins over a browser's cookie. What a
 * browser sends by itself proves who sits before it, not whose page sent it: all that changes something, and every WebSocket,
 * which no CORS holds back, must come from davit's own pages.
 */
function readCredential(request: FastifyRequest): { text: string; mustBeOwn: boolean } | undefined {
  const { authorization, upgrade } = request.headers;
  if (authorization !== undefined) {
    const text = /^Bearer ([\w.~+/-]{1,4096}=*)$/i.exec(authorization)?.[1];
    return text === undefined ? undefined : { text, mustBeOwn: false };
  }
  const text = readSessionCookie(request, 'access');
  if (text === undefined) return undefined;
  const isHarmless = (request.method === 'GET' || request.method === 'HEAD') && upgrade === undefined;
  return { text, mustBeOwn: !isHarmless };
}

/**
 * Finds who sends a request. One indexed query each time, so that what is revoked stops working at once. Throws CSRF_REFUSED, with
 * the request's principal set for the record of it: in whose name somebody else's page wanted to act.
 */
export function createAuthenticator({
  db,
  accessTokens,
  logger,
}: {
  db: Db;
  accessTokens: AccessTokens;
  logger: Logger;
}) {
  async function byApiToken(text: string): Promise<Principal | null> {
    const token = await findLiveApiToken(db, hashToken(text));
    if (token === undefined) return null;
    if (token.isUseUnrecorded) {
      // Nobody should wait for it, and a request must not fail because of it.
      recordApiTokenUse(db, token.id).catch((error: unknown) => {
        logger.warn({ err: error, apiTokenId: token.id }, 'the use of an API token was not recorded');
      });
    }
    return {
      kind: 'api_token',
      userId: token.userId,
      organizationId: token.organizationId,
      role: lowerRole(token.role, token.scope),
      sessionId: null,
      apiTokenId: token.id,
      runId: token.runId,
      scope: token.scope,
    };
  }

  async function byAccessToken(text: string): Promise<Principal | null> {
    const claims = await accessTokens.verify(text);
    if (claims === undefined) return null;
    const role = await findSessionRole(db, claims);
    if (role === undefined) return null;
    return { kind: 'user', ...claims, role: role as Role, apiTokenId: null };
  }

  return async (request: FastifyRequest): Promise<Principal | null> => {
    const credential = readCredential(request);
    if (credential === undefined) return null;
    const { text, mustBeOwn } = credential;
    const principal = text.startsWith('dvt_') ? await byApiToken(text) : await byAccessToken(text);
    if (principal !== null && mustBeOwn) {
      request.principal = principal;
      requireOwnOrigin(request);
    }
    return principal;
  };
}
