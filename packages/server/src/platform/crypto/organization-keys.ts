import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import type { Db, Tx } from '../db/database.ts';
import { checkRootKey, rootKeyId, unwrapKey, wrapKey } from './root-key.ts';
import { createRootKeys } from './root-keys.ts';

const KEY_BYTES = 32;

/** A rotation by another server process is used for new secrets after this long at the latest. */
const CACHE_MS = 60_000;

interface KeyRing {
  /** Version that seals. */
  latest: number;
  keys: ReadonlyMap<number, Buffer>;
}

/** The data keys of organizations: unwrapped once, then kept in memory. */
export interface OrganizationKeys {
  /** The key that seals; the first one is made when there is none. */
  current(db: Db | Tx, organizationId: string): Promise<{ version: number; key: Buffer }>;
  /** The key of this version, or undefined. */
  find(db: Db | Tx, organizationId: string, version: number): Promise<Buffer | undefined>;
  /** Adds a version that seals from now on. */
  rotate(db: Db, organizationId: string): Promise<number>;
}

export interface OrganizationKeyOptions {
  rootKey: Uint8Array;
  /** Root keys that there may be by now: it is changed while servers run. */
  findRootKeys?: (() => Promise<readonly Uint8Array[]>) | undefined;
  clock?: Clock;
}

/** Reads and makes the data keys under `rootKey`, and under the one that takes its place. */
export function createOrganizationKeys(options: OrganizationKeyOptions): OrganizationKeys {
  const { rootKey, clock = systemClock } = options;
  const rootKeys = createRootKeys(rootKey, options.findRootKeys);
  const cache = new Map<string, { ring: KeyRing; loadedAt: number }>();

  async function load(db: Db | Tx, organizationId: string): Promise<KeyRing> {
    const rows = await db
      .selectFrom('organizationKeys')
      .select(['version', 'wrappedKey', 'rootKeyId', sql<boolean>`created_at < now()`.as('committed')])
      .where('organizationId', '=', organizationId)
      .orderBy('version')
      .execute();
    const keys = new Map<number, Buffer>();
    for (const { version, wrappedKey, rootKeyId: id } of rows) {
      const wrapping = (await rootKeys.find(id)) ?? rootKey;
      keys.set(version, unwrapKey(wrapping, organizationId, version, wrappedKey));
    }
    const ring = { latest: rows.at(-1)?.version ?? 0, keys };
    // A key made in this very transaction may be rolled back, and must not outlive it: now() is the transaction's start,
    // so a row that is older than that comes from one that was committed.
    if (rows.length > 0 && rows.every((row) => row.committed)) {
      cache.set(organizationId, { ring, loadedAt: clock.now().getTime() });
    }
    return ring;
  }

  async function ringOf(db: Db | Tx, organizationId: string): Promise<KeyRing> {
    const cached = cache.get(organizationId);
    if (cached && clock.now().getTime() - cached.loadedAt < CACHE_MS) return cached.ring;
    return load(db, organizationId);
  }

  /** Two that add the same version at once end with one key: the other's insert does nothing. */
  async function add(trx: Tx, organizationId: string, version: number): Promise<void> {
    const wrapping = await rootKeys.current(trx);
    await checkRootKey(trx, wrapping);
    const wrappedKey = wrapKey(wrapping, organizationId, version, randomBytes(KEY_BYTES));
    await trx
      .insertInto('organizationKeys')
      .values({ organizationId, version, wrappedKey, rootKeyId: rootKeyId(wrapping) })
      .onConflict((conflict) => conflict.columns(['organizationId', 'version']).doNothing())
      .execute();
  }

  return {
    async current(db, organizationId) {
      let ring = await ringOf(db, organizationId);
      if (ring.latest === 0) {
        await (db.isTransaction
          ? add(db as Tx, organizationId, 1)
          : db.transaction().execute((trx) => add(trx, organizationId, 1)));
        ring = await load(db, organizationId);
      }
      const key = ring.keys.get(ring.latest);
      if (!key) throw new Error(`organization ${organizationId} has no key after one was made`);
      return { version: ring.latest, key };
    },
    async find(db, organizationId, version) {
      const ring = await ringOf(db, organizationId);
      // Another process may have rotated since the keys were read.
      return ring.keys.get(version) ?? (await load(db, organizationId)).keys.get(version);
    },
    async rotate(db, organizationId) {
      const { latest } = await load(db, organizationId);
      await db.transaction().execute((trx) => add(trx, organizationId, latest + 1));
      return (await load(db, organizationId)).latest;
    },
  };
}
