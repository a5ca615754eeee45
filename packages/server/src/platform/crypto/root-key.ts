import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { Db, Tx } from '../db/database.ts';
import { cryptoErrors } from './crypto-errors.ts';
import { openBytes, sealBytes } from './sealed-bytes.ts';

const SETTING = 'root_key_canary';
const CANARY = 'davit';

/** Kept in `platform_settings`: which root key this database belongs to, and the proof. */
const canarySchema = z.strictObject({
  rootKeyId: z.string(),
  /** Base64 of a known text, sealed by the root key itself. */
  sealed: z.string(),
  /** The root key that a re-wrap is on its way to; while it is there no server works. */
  rewrappingTo: z.string().optional(),
});
type Canary = z.infer<typeof canarySchema>;

/** A name for a root key that tells nothing about it. */
export function rootKeyId(rootKey: Uint8Array): string {
  return createHmac('sha256', rootKey).update('davit root key id').digest('hex').slice(0, 16);
}

/** The row itself says to which root key it belongs, so that one that is edited or moved does not open. */
function wrapPlace(organizationId: string, version: number, keyId: string): string[] {
  return ['organization_keys', 'wrapped_key', String(version), organizationId, keyId];
}

/** Encrypts an organization's key for the table `organization_keys`. */
export function wrapKey(rootKey: Uint8Array, organizationId: string, version: number, key: Uint8Array): Buffer {
  return sealBytes(rootKey, 1, wrapPlace(organizationId, version, rootKeyId(rootKey)), key);
}

/** @throws AppError ROOT_KEY_MISMATCH */
export function unwrapKey(rootKey: Uint8Array, organizationId: string, version: number, wrapped: Buffer): Buffer {
  const key = openBytes(rootKey, wrapPlace(organizationId, version, rootKeyId(rootKey)), wrapped);
  if (!key) throw cryptoErrors.ROOT_KEY_MISMATCH({ details: { organizationId, version } });
  return key;
}

function canaryOf(rootKey: Uint8Array): Canary {
  const sealed = sealBytes(rootKey, 1, [SETTING], Buffer.from(CANARY)).toString('base64');
  return { rootKeyId: rootKeyId(rootKey), sealed };
}

function isCanaryOf(rootKey: Uint8Array, canary: Canary): boolean {
  const opened = openBytes(rootKey, [SETTING], Buffer.from(canary.sealed, 'base64'));
  return canary.rootKeyId === rootKeyId(rootKey) && opened?.toString() === CANARY;
}

/**
 * Proves that this root key opens the canary and every organization's key that this connection sees; the key's id, or
 * undefined when it is the key of another database. For what speaks to PostgreSQL without Kysely: backups.
 *
 * @throws AppError ROOT_KEY_CHANGE_UNFINISHED
 */
export async function checkSealedKeys(client: ClientBase, rootKey: Uint8Array): Promise<string | undefined> {
  const found = await client.query<{ value: unknown }>('select value from platform_settings where name = $1', [
    SETTING,
  ]);
  const canary = found.rows[0] && canarySchema.parse(found.rows[0].value);
  if (canary?.rewrappingTo !== undefined) throw cryptoErrors.ROOT_KEY_CHANGE_UNFINISHED();
  if (!canary || !isCanaryOf(rootKey, canary)) return undefined;
  const { rows } = await client.query<{ id: string; version: number; wrapped: Buffer }>(
    'select organization_id as id, version, wrapped_key as wrapped from organization_keys',
  );
  for (const { id, version, wrapped } of rows) unwrapKey(rootKey, id, version, wrapped);
  return canary.rootKeyId;
}

/** A database whose canary was lost still belongs to the root key that wrapped its keys. */
async function checkWrappedKeys(db: Db | Tx, rootKey: Uint8Array): Promise<void> {
  const other = await db
    .selectFrom('organizationKeys')
    .select('rootKeyId')
    .where('rootKeyId', '<>', rootKeyId(rootKey))
    .limit(1)
    .executeTakeFirst();
  if (other) throw cryptoErrors.ROOT_KEY_MISMATCH();
}

async function findCanary(db: Db | Tx, lock: 'share' | 'update'): Promise<Canary | undefined> {
  const query = db.selectFrom('platformSettings').select('value').where('name', '=', SETTING);
  const row = await (lock === 'share' ? query.forShare() : query.forUpdate()).executeTakeFirst();
  return row && canarySchema.parse(row.value);
}

/** The name of the root key that the database belongs to; undefined when it has none yet. */
export async function findRootKeyId(db: Db | Tx): Promise<string | undefined> {
  const row = await db
    .selectFrom('platformSettings')
    .select(sql<string>`value ->> 'rootKeyId'`.as('id'))
    .where('name', '=', SETTING)
    .executeTakeFirst();
  return row?.id;
}

async function writeCanary(db: Db | Tx, canary: Canary): Promise<void> {
  await db
    .updateTable('platformSettings')
    .set({ value: JSON.stringify(canary), updatedAt: sql`now()` })
    .where('name', '=', SETTING)
    .execute();
}

/**
 * Refuses to work with a root key that is not this database's; the first one that comes becomes it. Called at start, and
 * before a key is wrapped: in a transaction it also holds off a re-wrap until that is over.
 *
 * @throws AppError ROOT_KEY_MISMATCH, ROOT_KEY_CHANGE_UNFINISHED
 */
export async function checkRootKey(db: Db | Tx, rootKey: Uint8Array): Promise<void> {
  let canary = await findCanary(db, 'share');
  if (!canary) {
    await checkWrappedKeys(db, rootKey);
    const value = JSON.stringify(canaryOf(rootKey));
    await db
      .insertInto('platformSettings')
      .values({ name: SETTING, value })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    canary = await findCanary(db, 'share');
  }
  if (canary?.rewrappingTo !== undefined) throw cryptoErrors.ROOT_KEY_CHANGE_UNFINISHED();
  if (!canary || !isCanaryOf(rootKey, canary)) throw cryptoErrors.ROOT_KEY_MISMATCH();
}

/**
 * Begins a re-wrap, or goes on with one: from now on until it ends no server starts and no key is wrapped. False when the
 * database belongs to the new root key already.
 *
 * @throws AppError ROOT_KEY_MISMATCH
 */
export async function beginRewrap(db: Db, from: Uint8Array, to: Uint8Array): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const canary = await findCanary(trx, 'update');
    if (canary && canary.rewrappingTo === undefined && isCanaryOf(to, canary)) return false;
    const another = canary?.rewrappingTo !== undefined && canary.rewrappingTo !== rootKeyId(to);
    if (!canary || another || !isCanaryOf(from, canary)) throw cryptoErrors.ROOT_KEY_MISMATCH();
    await writeCanary(trx, { ...canary, rewrappingTo: rootKeyId(to) });
    return true;
  });
}

/** Ends a re-wrap: the database now belongs to the new root key. */
export async function endRewrap(db: Db, to: Uint8Array): Promise<void> {
  await writeCanary(db, canaryOf(to));
}
