import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Logger } from '../../kernel/logger.ts';
import type { Db } from '../db/database.ts';
import { httpErrors } from './http-errors.ts';
import type { Principal } from './principal.ts';
import { openAnswer, sealAnswer } from './sealed-answer.ts';

/** The answer to the first request with a key. */
export interface StoredAnswer {
  status: number;
  contentType: string;
  body: Buffer;
}

/** Held by the one request that acts; the others wait for what it answers. */
export interface IdempotencyClaim {
  /** Keeps the answer for those who repeat the request. */
  store(answer: StoredAnswer): Promise<void>;
  /** Gives the key up, so that a repetition acts again. */
  release(): Promise<void>;
}

export interface Idempotency {
  /** The claim of the first request, or the answer for a repetition. Throws IDEMPOTENCY_KEY_*. */
  begin(principal: Principal, key: string, requestHash: string): Promise<IdempotencyClaim | StoredAnswer>;
  /** Removes what is older than 24 hours. */
  sweep(): Promise<void>;
}

export interface IdempotencyOptions {
  db: Db;
  /** Answers may hold a token that is shown once: they are stored encrypted under this and the caller's key. */
  secret: string;
  logger: Logger;
  /** How long a repetition waits for the first request. */
  waitMs?: number;
}

// A request that acts renews its claim; one whose server was killed is taken over after this long.
const CLAIM_LAPSES_AFTER = sql`interval '60 seconds'`;
const RENEW_EVERY_MS = 20_000;
const KEPT_FOR = sql`interval '24 hours'`;
const DEFAULT_WAIT_MS = 10_000;

function digest(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** What makes two requests the same: method, path and query, and the body as it was sent. */
export function hashRequest(method: string, url: string, body: unknown): string {
  return digest(method, url, body === undefined ? '' : JSON.stringify(body));
}

/**
 * Idempotency keys (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header). A key belongs to the user or API
 * token that sent it. Kept for 24 hours are answers below 500. After a crash between the business transaction and the
 * stored answer a repetition acts again: unique names and the run engine's own order are what guards that gap.
 */
export function createIdempotency({ db, secret, logger, waitMs = DEFAULT_WAIT_MS }: IdempotencyOptions): Idempotency {
  async function claim(owner: string, stored: string, requestHash: string): Promise<boolean> {
    const row = await db
      .insertInto('idempotencyKeys')
      .values({ principal: owner, key: stored, requestHash })
      .onConflict((conflict) =>
        conflict
          .columns(['principal', 'key'])
          .doUpdateSet({ requestHash, status: null, contentType: null, body: null, createdAt: sql`now()` })
          .where((eb) =>
            eb.or([
              eb('idempotencyKeys.createdAt', '<', sql<Date>`now() - ${KEPT_FOR}`),
              eb.and([
                eb('idempotencyKeys.status', 'is', null),
                eb('idempotencyKeys.requestHash', '=', requestHash),
                eb('idempotencyKeys.createdAt', '<', sql<Date>`now() - ${CLAIM_LAPSES_AFTER}`),
              ]),
            ]),
          ),
      )
      .returning('key')
      .executeTakeFirst();
    return row !== undefined;
  }

  function hold(owner: string, stored: string, sealKey: Buffer): IdempotencyClaim {
    const mine = () =>
      db
        .updateTable('idempotencyKeys')
        .where('principal', '=', owner)
        .where('key', '=', stored)
        .where('status', 'is', null);
    const timer = setInterval(() => {
      void mine()
        .set({ createdAt: sql`now()` })
        .execute()
        .catch((error: unknown) => logger.warn({ err: error }, 'an idempotency claim was not renewed'));
    }, RENEW_EVERY_MS);
    timer.unref();
    return {
      async store(answer) {
        clearInterval(timer);
        const body = sealAnswer(sealKey, answer.body);
        await mine().set({ status: answer.status, contentType: answer.contentType, body }).execute();
      },
      async release() {
        clearInterval(timer);
        await db
          .deleteFrom('idempotencyKeys')
          .where('principal', '=', owner)
          .where('key', '=', stored)
          .where('status', 'is', null)
          .execute();
      },
    };
  }

  async function findAnswer(owner: string, stored: string, requestHash: string, sealKey: Buffer) {
    const row = await db
      .selectFrom('idempotencyKeys')
      .select(['requestHash', 'status', 'contentType', 'body'])
      .where('principal', '=', owner)
      .where('key', '=', stored)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    if (row.requestHash !== requestHash) throw httpErrors.IDEMPOTENCY_KEY_REUSED();
    if (row.status === null || row.body === null) return undefined;
    return { status: row.status, contentType: row.contentType ?? '', body: openAnswer(sealKey, row.body) };
  }

  return {
    async begin(principal, key, givenHash) {
      if (!/^[\x20-\x7e]{1,255}$/.test(key)) throw httpErrors.IDEMPOTENCY_KEY_INVALID();
      const owner = `${principal.organizationId}/${principal.apiTokenId ?? principal.userId}`;
      const stored = digest(owner, key);
      // A body may hold a password or a variable: a plain hash of it, in the database, could be guessed at.
      const requestHash = createHmac('sha256', secret).update(givenHash).digest('hex');
      const sealKey = Buffer.from(hkdfSync('sha256', secret, owner, `idempotent answer ${key}`, 32));
      const giveUpAt = Date.now() + waitMs;
      for (let pause = 20; ; pause = Math.min(pause * 2, 500)) {
        if (await claim(owner, stored, requestHash)) return hold(owner, stored, sealKey);
        const answer = await findAnswer(owner, stored, requestHash, sealKey);
        if (answer !== undefined) return answer;
        if (Date.now() >= giveUpAt) throw httpErrors.IDEMPOTENCY_KEY_IN_USE();
        await sleep(pause);
      }
    },
    async sweep() {
      await db.deleteFrom('idempotencyKeys').where('createdAt', '<', sql<Date>`now() - ${KEPT_FOR}`).execute();
    },
  };
}
