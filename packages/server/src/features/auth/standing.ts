import type { Db } from '../../platform/db/database.ts';
import { lowerRole, type Principal, type Role } from '../../platform/http/principal.ts';
import { findApiTokenStanding } from './api-token-store.ts';
import { findSessionRole } from './session-store.ts';

/**
 * Looks at a caller who was let in: the same person with the role of now, or null when the session or API token has been ended.
 * An access token that has run out meanwhile is none of its business; the session that it came from is.
 */
export function createStandingCheck({ db }: { db: Db }) {
  return async (principal: Principal): Promise<Principal | null> => {
    const { apiTokenId, sessionId, userId, organizationId } = principal;
    if (apiTokenId !== null) {
      const token = await findApiTokenStanding(db, apiTokenId);
      return token === undefined
        ? null
        : { ...principal, scope: token.scope, role: lowerRole(token.role, token.scope) };
    }
    if (sessionId === null) return null;
    const role = await findSessionRole(db, { sessionId, userId, organizationId });
    return role === undefined ? null : { ...principal, role: role as Role };
  };
}
