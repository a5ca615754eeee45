import { createId } from '../../kernel/id.ts';
import { createToken } from '../../platform/crypto/token.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import { defaultScope, hasRole, hasScope, type Principal } from '../../platform/http/principal.ts';
import type { Actor, AuditLog } from '../organizations/index.ts';
import { insertApiToken, listApiTokens, revokeApiTokens } from './api-token-store.ts';
import type { ApiToken, CreateApiTokenInput, CreatedApiToken } from './auth.ts';
import { authErrors } from './auth-errors.ts';
import { revokeSessions } from './session-store.ts';

/** Admins see and revoke all tokens of their organization, others their own. */
function ownOrAll(principal: Principal): { organizationId: string; userId: string | undefined } {
  const seesAll = hasRole(principal.role, 'admin');
  return { organizationId: principal.organizationId, userId: seesAll ? undefined : principal.userId };
}

export type ApiTokenService = ReturnType<typeof createApiTokenService>;

/** API tokens: for programs. They act as the member who made them, in one organization, lowered by their scope. */
export function createApiTokenService({ db, audit }: { db: Db; audit: AuditLog }) {
  return {
    /** One more than `limit`. */
    list: (principal: Principal, limit: number, before: string | undefined): Promise<ApiToken[]> =>
      listApiTokens(db, ownOrAll(principal), limit + 1, before),

    /** The token's text is in the answer and nowhere else. */
    async create({ principal, address }: Actor, input: CreateApiTokenInput): Promise<CreatedApiToken> {
      const { name, scope, expiresAt = null } = input;
      if (!hasScope(defaultScope(principal.role), scope)) throw authErrors.API_TOKEN_SCOPE_ABOVE_ROLE();
      const { text, hash } = createToken('dvt');
      return await db.transaction().execute(async (trx) => {
        const row = await insertApiToken(trx, {
          id: createId('tok'),
          organizationId: principal.organizationId,
          userId: principal.userId,
          name,
          scope,
          tokenHash: hash,
          expiresAt,
        });
        const details = { name, scope };
        await audit.record(trx, {
          principal,
          action: 'api_token.create',
          subject: row.id,
          result: 'done',
          details,
          address,
        });
        return { ...row, token: text };
      });
    },

    async revoke({ principal, address }: Actor, id: string): Promise<void> {
      await db.transaction().execute(async (trx) => {
        const [revoked] = await revokeApiTokens(trx, ownOrAll(principal), id);
        if (revoked === undefined) throw authErrors.API_TOKEN_NOT_FOUND();
        await audit.record(trx, { principal, action: 'api_token.revoke', subject: id, result: 'done', address });
      });
    },
  };
}

/** What a removed member could still get in with: a later invitation must not bring it back to life. */
export async function revokeMemberAccess(trx: Tx, member: { organizationId: string; userId: string }): Promise<void> {
  await revokeApiTokens(trx, member);
  await revokeSessions(trx, member, 'removed from the organization');
}
