import { createHmac } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { createId } from '../../kernel/id.ts';
import { createToken, hashToken } from '../../platform/crypto/token.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import type { MembershipRow } from '../organizations/index.ts';
import {
  type Actor,
  type AuditLog,
  findMembership,
  listMemberships,
  organizationErrors,
} from '../organizations/index.ts';
import type { AccessTokens } from './access-token.ts';
import type { RefreshInput, Session, SignedIn } from './auth.ts';
import { authErrors } from './auth-errors.ts';
import {
  insertRefreshToken,
  insertSession,
  isRefreshTokenFresh,
  listSessions,
  lockRefreshToken,
  markRefreshTokenUsed,
  type PresentedToken,
  readDatabaseTime,
  revokeSessions,
  touchSession,
} from './session-store.ts';
import { findUser, type UserRow } from './user-store.ts';

/** Where a request comes from. */
export interface Client {
  userAgent: string;
  address: string;
}

export interface SessionServiceOptions {
  db: Db;
  audit: AuditLog;
  clock: Clock;
  accessTokens: AccessTokens;
  refreshExpirySeconds: number;
  /** JWT_SECRET */
  secret: string;
}

export type SessionService = ReturnType<typeof createSessionService>;

const PREFIX = 'dvr';

/** What becomes of a refresh: a new token, the one that was given before, or the end of the family. */
type Verdict = { kind: 'rotate' | 'repeat'; text: string } | { kind: 'reuse' };

/**
 * Sessions: one for each sign-in, as a family of refresh tokens of which each is good for one refresh.
 *
 * A used token that comes again means that two hold it, one of them a thief: the whole family is revoked (RFC 9700, 4.14.2).
 * Two kinds of repetition are no theft, and are told apart by what a thief's cannot be rather than by a grace period, in which
 * a thief's would be let through too:
 * - It arrived before the first refresh was done (two tabs at once): each gets a token of its own.
 * - It carries the Idempotency-Key of the first within 10 s (a lost answer; programs that share one stored sign-in and make
 *   the key from it): it gets the token that the first got, as long as that is unused.
 */
export function createSessionService(options: SessionServiceOptions) {
  const { db, audit, clock, accessTokens, refreshExpirySeconds, secret } = options;

  const expiry = () => new Date(clock.now().getTime() + refreshExpirySeconds * 1000);

  async function present(
    sessionId: string,
    user: UserRow,
    organization: MembershipRow,
    refresh: { text: string; expiresAt: Date },
  ): Promise<SignedIn & { accessToken: string; refreshToken: string }> {
    const access = await accessTokens.sign({ userId: user.id, organizationId: organization.id, sessionId });
    return {
      tokenType: 'Bearer',
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      refreshToken: refresh.text,
      refreshTokenExpiresAt: refresh.expiresAt,
      sessionId,
      user: { id: user.id, email: user.email, name: user.name },
      organization: { id: organization.id, name: organization.name, role: organization.role },
    };
  }

  /** From the token before and the key, so that a repetition arrives at the same one without it being stored. */
  function successor(before: string, idempotencyKey: string | undefined): string {
    if (idempotencyKey === undefined) return createToken(PREFIX).text;
    const mac = createHmac('sha256', secret).update(JSON.stringify(['refresh', before, idempotencyKey]));
    return `${PREFIX}_${mac.digest('base64url')}`;
  }

  async function organizationFor(
    trx: Tx,
    presented: PresentedToken,
    wanted: string | undefined,
  ): Promise<MembershipRow> {
    const membership = await findMembership(trx, presented.userId, wanted ?? presented.organizationId);
    if (membership !== undefined) return membership;
    if (wanted !== undefined) throw organizationErrors.ORGANIZATION_NOT_FOUND();
    const [first] = await listMemberships(trx, presented.userId, 1);
    if (first === undefined) throw authErrors.NO_ORGANIZATION();
    return first;
  }

  async function judge(trx: Tx, presented: PresentedToken, before: string, key: string | undefined): Promise<Verdict> {
    if (presented.usedAt === null) return { kind: 'rotate', text: successor(before, key) };
    if (key !== undefined && presented.wasUsedJustNow) {
      const text = successor(before, key);
      if (await isRefreshTokenFresh(trx, presented.sessionId, hashToken(text))) return { kind: 'repeat', text };
    }
    if (presented.wasUsedAfterArrival) return { kind: 'rotate', text: createToken(PREFIX).text };
    return { kind: 'reuse' };
  }

  async function signOut(
    trx: Tx,
    session: { sessionId: string; userId: string; organizationId: string },
    address: string,
  ): Promise<void> {
    const { sessionId, userId, organizationId } = session;
    const [revoked] = await revokeSessions(trx, { id: sessionId }, 'signed out');
    if (revoked === undefined) return;
    await audit.record(trx, {
      principal: null,
      organizationId,
      action: 'auth.logout',
      subject: sessionId,
      result: 'done',
      details: { userId },
      address,
    });
  }

  return {
    /** A new session, in the caller's transaction. */
    async open(trx: Tx, user: UserRow, organization: MembershipRow, client: Client): Promise<SignedIn> {
      const id = createId('ses');
      const { text, hash } = createToken(PREFIX);
      const expiresAt = expiry();
      const { userAgent, address } = client;
      await insertSession(trx, { id, userId: user.id, organizationId: organization.id, userAgent, address, expiresAt });
      await insertRefreshToken(trx, { tokenHash: hash, sessionId: id, expiresAt });
      return await present(id, user, organization, { text, expiresAt });
    },

    /** Trades a refresh token for the next one. Throws REFRESH_TOKEN_INVALID, REFRESH_TOKEN_REUSED. */
    async refresh(input: RefreshInput, client: Client, idempotencyKey?: string): Promise<SignedIn> {
      const before = input.refreshToken;
      const arrivedAt = await readDatabaseTime(db);
      const outcome = await db.transaction().execute(async (trx) => {
        const presented = await lockRefreshToken(trx, hashToken(before), arrivedAt);
        if (presented === undefined || !presented.isAlive) throw authErrors.REFRESH_TOKEN_INVALID();
        const verdict = await judge(trx, presented, before, idempotencyKey);
        if (verdict.kind === 'reuse') {
          await revokeSessions(trx, { id: presented.sessionId }, 'a refresh token was used twice');
          await audit.record(trx, {
            principal: null,
            organizationId: presented.organizationId,
            action: 'session.refresh_token_reused',
            subject: presented.sessionId,
            result: 'refused',
            details: { userId: presented.userId },
            address: client.address,
          });
          // Committed, not thrown: a rollback would bring the family back to life.
          return 'reused';
        }
        const user = await findUser(trx, presented.userId);
        if (user === undefined) throw authErrors.REFRESH_TOKEN_INVALID();
        const organization = await organizationFor(trx, presented, input.organizationId);
        const expiresAt = expiry();
        if (verdict.kind === 'rotate') {
          await markRefreshTokenUsed(trx, hashToken(before));
          const tokenHash = hashToken(verdict.text);
          await insertRefreshToken(trx, { tokenHash, sessionId: presented.sessionId, expiresAt });
        }
        await touchSession(trx, presented.sessionId, {
          organizationId: organization.id,
          expiresAt,
          address: client.address,
        });
        return await present(presented.sessionId, user, organization, { text: verdict.text, expiresAt });
      });
      if (outcome === 'reused') throw authErrors.REFRESH_TOKEN_REUSED();
      return outcome;
    },

    /** Ends the session of a refresh token, used or not. Unknown ones are no news. */
    async endByRefreshToken(refreshToken: string, address: string): Promise<void> {
      await db.transaction().execute(async (trx) => {
        const presented = await lockRefreshToken(trx, hashToken(refreshToken), await readDatabaseTime(trx));
        if (presented !== undefined) await signOut(trx, presented, address);
      });
    },

    /** Ends the session that the caller signed in with. */
    async end(principal: Principal & { sessionId: string }, address: string): Promise<void> {
      await db.transaction().execute((trx) => signOut(trx, principal, address));
    },

    /** One more than `limit`. */
    async list(principal: Principal, limit: number, before: string | undefined): Promise<Session[]> {
      const rows = await listSessions(db, principal.userId, limit + 1, before);
      return rows.map(({ userId: _mine, ...row }) => ({ ...row, current: row.id === principal.sessionId }));
    },

    async revoke({ principal, address }: Actor, id: string): Promise<void> {
      await db.transaction().execute(async (trx) => {
        const [revoked] = await revokeSessions(trx, { id, userId: principal.userId }, 'revoked by the user');
        if (revoked === undefined) throw authErrors.SESSION_NOT_FOUND();
        await audit.record(trx, { principal, action: 'session.revoke', subject: id, result: 'done', address });
      });
    },
  };
}
