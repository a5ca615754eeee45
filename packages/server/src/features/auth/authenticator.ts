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
 *
 * @throws AppError CSRF_REFUSED
 */
function readCredential(request: FastifyRequest): string | undefined {
  const { authorization, upgrade } = request.headers;
  if (authorization !== undefined) return /^Bearer ([\w.~+/-]{1,4096}=*)$/i.exec(authorization)?.[1];
  const cookie = readSessionCookie(request, 'access');
  if (cookie === undefined) return undefined;
  const isHarmless = (request.method === 'GET' || request.method === 'HEAD') && upgrade === undefined;
  if (!isHarmless) requireOwnOrigin(request);
  return cookie;
}

/** Finds who sends a request. One indexed query each time, so that what is revoked stops working at once. */
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
    const text = readCredential(request);
    if (text === undefined) return null;
    return text.startsWith('dvt_') ? await byApiToken(text) : await byAccessToken(text);
  };
}
