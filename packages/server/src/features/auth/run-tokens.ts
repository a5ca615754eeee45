import { createId } from '../../kernel/id.ts';
import { hashToken } from '../../platform/crypto/token.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import { type ApiTokenScope, defaultScope, lowerRole, type Role } from '../../platform/http/principal.ts';
import type { AuditLog } from '../organizations/index.ts';
import { insertRunToken, revokeRunTokens } from './api-token-store.ts';

/** What a run is given to call davit with. */
export interface RunTokenGrant {
  organizationId: string;
  runId: string;
  /** As whom it acts. */
  userId: string;
  /** Of at least 256 bits that nobody can guess, and the same for the same run: a run that goes on after a crash has one token. */
  text: string;
  /** What people read in the list of tokens. */
  name: string;
  /** No more than this, whatever the member may do. */
  most: ApiTokenScope;
}

export type RunTokens = ReturnType<typeof createRunTokens>;

const marginMs = 10 * 60_000;

/** API tokens of runs: they act as the member who asked for the run, while it lasts. */
export function createRunTokens({ db, audit }: { db: Db; audit: AuditLog }) {
  return {
    /** Whose role and scope the token has; undefined when the user is no member any more. The same grant again changes nothing. */
    async grant(grant: RunTokenGrant): Promise<{ role: Role; scope: ApiTokenScope } | undefined> {
      const { organizationId, runId, userId, name, most } = grant;
      return await db.transaction().execute(async (trx) => {
        const found = await trx
          .selectFrom('members')
          .innerJoin('runs', 'runs.organizationId', 'members.organizationId')
          .select(['members.role', 'runs.timeoutMs'])
          .where('members.organizationId', '=', organizationId)
          .where('members.userId', '=', userId)
          .where('runs.id', '=', runId)
          .executeTakeFirst();
        if (found === undefined) return undefined;
        const role = lowerRole(found.role as Role, most);
        const scope = defaultScope(role);
        const id = createId('tok');
        const isNew = await insertRunToken(trx, {
          id,
          organizationId,
          userId,
          runId,
          scope,
          name: name.slice(0, 80),
          tokenHash: hashToken(grant.text),
          expiresAt: new Date(Date.now() + found.timeoutMs + marginMs),
        });
        if (isNew) {
          const details = { name, scope, runId, userId };
          await audit.record(trx, {
            principal: null,
            organizationId,
            action: 'api_token.create',
            subject: id,
            result: 'done',
            details,
          });
        }
        return { role, scope };
      });
    },

    /** With the run's last state, in one transaction: a token does not outlive its run. */
    revoke: (trx: Tx, organizationId: string, runId: string): Promise<void> =>
      revokeRunTokens(trx, organizationId, runId),
  };
}
