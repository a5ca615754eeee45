import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/db/database.ts';

export interface SessionRow {
  id: string;
  userId: string;
  organizationId: string;
  userAgent: string;
  address: string;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
}

export async function insertSession(
  trx: Tx,
  session: Pick<SessionRow, 'id' | 'userId' | 'organizationId' | 'userAgent' | 'address' | 'expiresAt'>,
): Promise<void> {
  await trx.insertInto('sessions').values(session).execute();
}

export async function insertRefreshToken(
  trx: Tx,
  token: { tokenHash: string; sessionId: string; expiresAt: Date },
): Promise<void> {
  await trx.insertInto('refreshTokens').values(token).execute();
}

/** The IP addresses that a user signed in from, in sessions of today and before: of the newest hundred. */
export async function listSignInPlaces(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('sessions')
    .select('address')
    .where('userId', '=', userId)
    .orderBy('id', 'desc')
    .limit(100)
    .execute();
  return rows.map(({ address }) => address);
}

export interface PresentedToken {
  sessionId: string;
  userId: string;
  organizationId: string;
  usedAt: Date | null;
  /** Within the time in which a repetition with the same Idempotency-Key is taken for what it is. */
  wasUsedJustNow: boolean;
  /** After the request that presents it arrived: that one cannot have known. */
  wasUsedAfterArrival: boolean;
  /** Neither the token nor its session has expired or been revoked. */
  isAlive: boolean;
}

/** The token and its session, both locked: of two refreshes at once the second waits here. */
export async function lockRefreshToken(
  trx: Tx,
  tokenHash: string,
  arrivedAt: string,
): Promise<PresentedToken | undefined> {
  return await trx
    .selectFrom('refreshTokens')
    .innerJoin('sessions', 'sessions.id', 'refreshTokens.sessionId')
    .select([
      'sessions.id as sessionId',
      'sessions.userId',
      'sessions.organizationId',
      'refreshTokens.usedAt',
      sql<boolean>`coalesce(refresh_tokens.used_at > clock_timestamp() - interval '10 seconds', false)`.as(
        'wasUsedJustNow',
      ),
      sql<boolean>`coalesce(refresh_tokens.used_at >= ${arrivedAt}::timestamptz, false)`.as('wasUsedAfterArrival'),
      sql<boolean>`refresh_tokens.expires_at > clock_timestamp() and sessions.expires_at > clock_timestamp()
        and sessions.revoked_at is null`.as('isAlive'),
    ])
    .where('refreshTokens.tokenHash', '=', tokenHash)
    .forUpdate()
    .executeTakeFirst();
}

/** The database's time to the microsecond, which a Date cannot hold and `used_at` is compared with. */
export async function readDatabaseTime(db: Db): Promise<string> {
  const { now } = await db.selectNoFrom(sql<string>`clock_timestamp()::text`.as('now')).executeTakeFirstOrThrow();
  return now;
}

export async function markRefreshTokenUsed(trx: Tx, tokenHash: string): Promise<void> {
  await trx
    .updateTable('refreshTokens')
    .set({ usedAt: sql`clock_timestamp()` })
    .where('tokenHash', '=', tokenHash)
    .where('usedAt', 'is', null)
    .execute();
}

/** Whether a token of this session is there and was not used yet. */
export async function isRefreshTokenFresh(trx: Tx, sessionId: string, tokenHash: string): Promise<boolean> {
  const row = await trx
    .selectFrom('refreshTokens')
    .select('tokenHash')
    .where('tokenHash', '=', tokenHash)
    .where('sessionId', '=', sessionId)
    .where('usedAt', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

export async function touchSession(
  trx: Tx,
  id: string,
  change: { organizationId: string; expiresAt: Date; address: string },
): Promise<void> {
  await trx
    .updateTable('sessions')
    .set({ ...change, lastUsedAt: sql`now()` })
    .where('id', '=', id)
    .execute();
}

/** Ends sessions; the ids of those that were alive. */
export async function revokeSessions(
  db: Db,
  match:
    | { id: string }
    | { id: string; userId: string }
    | { organizationId: string; userId: string }
    | { userId: string; except: string | null },
  reason: string,
): Promise<string[]> {
  let query = db
    .updateTable('sessions')
    .set({ revokedAt: sql`now()`, revokeReason: reason })
    .where('revokedAt', 'is', null);
  if ('id' in match) query = query.where('id', '=', match.id);
  if ('userId' in match) query = query.where('userId', '=', match.userId);
  if ('organizationId' in match) query = query.where('organizationId', '=', match.organizationId);
  if ('except' in match && match.except !== null) query = query.where('id', '<>', match.except);
  const rows = await query.returning('id').execute();
  return rows.map(({ id }) => id);
}

/** The sessions in an organization go on in another one of their user's; those of users who have no other are left. */
export async function moveSessionsAway(trx: Tx, organizationId: string): Promise<void> {
  await trx
    .updateTable('sessions')
    .set({ organizationId: sql`other.organization_id` })
    .from((eb) =>
      eb
        .selectFrom('members')
        .select(['userId', (each) => each.fn.min('organizationId').as('organizationId')])
        .where('organizationId', '<>', organizationId)
        .groupBy('userId')
        .as('other'),
    )
    .whereRef('other.userId', '=', 'sessions.userId')
    .where('sessions.organizationId', '=', organizationId)
    .execute();
}

/** Sessions of a user that have not ended, newest first. */
export async function listSessions(db: Db, userId: string, limit: number, before?: string): Promise<SessionRow[]> {
  let query = db
    .selectFrom('sessions')
    .select(['id', 'userId', 'organizationId', 'userAgent', 'address', 'createdAt', 'lastUsedAt', 'expiresAt'])
    .where('userId', '=', userId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`);
  if (before !== undefined) query = query.where('id', '<', before);
  return await query.orderBy('id', 'desc').limit(limit).execute();
}

/** The role that a live session gives in an organization; undefined when it has ended or the user is no member. */
export async function findSessionRole(
  db: Db,
  { sessionId, userId, organizationId }: { sessionId: string; userId: string; organizationId: string },
): Promise<string | undefined> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('members', 'members.userId', 'sessions.userId')
    .select('members.role')
    .where('sessions.id', '=', sessionId)
    .where('sessions.userId', '=', userId)
    .where('sessions.revokedAt', 'is', null)
    .where('sessions.expiresAt', '>', sql<Date>`now()`)
    .where('members.organizationId', '=', organizationId)
    .executeTakeFirst();
  return row?.role;
}
