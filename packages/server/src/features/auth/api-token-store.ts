import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { ApiTokenScope, Role } from '../../platform/http/principal.ts';
import type { ApiToken } from './auth.ts';

const columns = ['id', 'name', 'scope', 'userId', 'createdAt', 'lastUsedAt', 'expiresAt'] as const;

export async function insertApiToken(
  trx: Tx,
  token: {
    id: string;
    organizationId: string;
    userId: string;
    name: string;
    scope: ApiTokenScope;
    tokenHash: string;
    expiresAt: Date | null;
  },
): Promise<ApiToken> {
  const row = await trx.insertInto('apiTokens').values(token).returning(columns).executeTakeFirstOrThrow();
  return { ...row, scope: row.scope as ApiTokenScope };
}

/** False when it is there already. */
export async function insertRunToken(
  trx: Tx,
  token: Parameters<typeof insertApiToken>[1] & { runId: string },
): Promise<boolean> {
  const row = await trx
    .insertInto('apiTokens')
    .values(token)
    .onConflict((conflict) => conflict.column('tokenHash').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function revokeRunTokens(trx: Tx, organizationId: string, runId: string): Promise<void> {
  await trx
    .updateTable('apiTokens')
    .set({ revokedAt: sql`now()` })
    .where('organizationId', '=', organizationId)
    .where('runId', '=', runId)
    .where('revokedAt', 'is', null)
    .execute();
}

export interface ApiTokenFilter {
  organizationId: string;
  /** Only those of one user. */
  userId: string | undefined;
}

/** Neither revoked nor expired, newest first. */
export async function listApiTokens(
  db: Db,
  { organizationId, userId }: ApiTokenFilter,
  limit: number,
  before?: string,
): Promise<ApiToken[]> {
  let query = db
    .selectFrom('apiTokens')
    .select(columns)
    .where('organizationId', '=', organizationId)
    .where('revokedAt', 'is', null)
    .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', sql<Date>`now()`)]));
  if (userId !== undefined) query = query.where('userId', '=', userId);
  if (before !== undefined) query = query.where('id', '<', before);
  const rows = await query.orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => ({ ...row, scope: row.scope as ApiTokenScope }));
}

/** The ids of those that were alive. */
export async function revokeApiTokens(trx: Tx, filter: ApiTokenFilter, id?: string): Promise<string[]> {
  let query = trx
    .updateTable('apiTokens')
    .set({ revokedAt: sql`now()` })
    .where('organizationId', '=', filter.organizationId)
    .where('revokedAt', 'is', null);
  if (filter.userId !== undefined) query = query.where('userId', '=', filter.userId);
  if (id !== undefined) query = query.where('id', '=', id);
  const rows = await query.returning('id').execute();
  return rows.map((row) => row.id);
}

export interface LiveApiToken {
  id: string;
  /** That it was made for. */
  runId: string | null;
  userId: string;
  organizationId: string;
  scope: ApiTokenScope;
  /** Of its user, today. */
  role: Role;
  /** More than a minute ago, or never. */
  isUseUnrecorded: boolean;
}

/** Undefined when it is unknown, revoked or expired, or its user is no member any more. */
export async function findLiveApiToken(db: Db, tokenHash: string): Promise<LiveApiToken | undefined> {
  const row = await db
    .selectFrom('apiTokens')
    .innerJoin('members', (join) =>
      join
        .onRef('members.userId', '=', 'apiTokens.userId')
        .onRef('members.organizationId', '=', 'apiTokens.organizationId'),
    )
    .select([
      'apiTokens.id',
      'apiTokens.runId',
      'apiTokens.userId',
      'apiTokens.organizationId',
      'apiTokens.scope',
      'members.role',
      sql<boolean>`coalesce(api_tokens.last_used_at < now() - interval '1 minute', true)`.as('isUseUnrecorded'),
    ])
    .where('apiTokens.tokenHash', '=', tokenHash)
    .where('apiTokens.revokedAt', 'is', null)
    .where((eb) => eb.or([eb('apiTokens.expiresAt', 'is', null), eb('apiTokens.expiresAt', '>', sql<Date>`now()`)]))
    .executeTakeFirst();
  return row === undefined ? undefined : { ...row, scope: row.scope as ApiTokenScope, role: row.role as Role };
}

/** Scope and role of a token that is still good; undefined when it is not. */
export async function findApiTokenStanding(
  db: Db,
  id: string,
): Promise<Pick<LiveApiToken, 'scope' | 'role'> | undefined> {
  const row = await db
    .selectFrom('apiTokens')
    .innerJoin('members', (join) =>
      join
        .onRef('members.userId', '=', 'apiTokens.userId')
        .onRef('members.organizationId', '=', 'apiTokens.organizationId'),
    )
    .select(['apiTokens.scope', 'members.role'])
    .where('apiTokens.id', '=', id)
    .where('apiTokens.revokedAt', 'is', null)
    .where((eb) => eb.or([eb('apiTokens.expiresAt', 'is', null), eb('apiTokens.expiresAt', '>', sql<Date>`now()`)]))
    .executeTakeFirst();
  return row && { scope: row.scope as ApiTokenScope, role: row.role as Role };
}

/** At most one write a minute for each token, also when many requests come at once. */
export async function recordApiTokenUse(db: Db, id: string): Promise<void> {
  await db
    .updateTable('apiTokens')
    .set({ lastUsedAt: sql`now()` })
    .where('id', '=', id)
    .where(sql<boolean>`coalesce(last_used_at < now() - interval '1 minute', true)`)
    .execute();
}
