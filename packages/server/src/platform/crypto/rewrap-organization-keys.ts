import type { Db } from '../db/database.ts';
import { beginRewrap, endRewrap, rootKeyId, unwrapKey, wrapKey } from './root-key.ts';

const BATCH = 100;

async function rewrapBatch(db: Db, from: Uint8Array, to: Uint8Array): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('organizationKeys')
      .select(['organizationId', 'version', 'wrappedKey'])
      .where('rootKeyId', '=', rootKeyId(from))
      .limit(BATCH)
      .forUpdate()
      .execute();
    for (const { organizationId, version, wrappedKey } of rows) {
      const key = unwrapKey(from, organizationId, version, wrappedKey);
      await trx
        .updateTable('organizationKeys')
        .set({ wrappedKey: wrapKey(to, organizationId, version, key), rootKeyId: rootKeyId(to) })
        .where('organizationId', '=', organizationId)
        .where('version', '=', version)
        .execute();
    }
    return rows.length;
  });
}

/**
 * Changes the root key: the organizations' keys are wrapped by the new one, what they encrypt stays as it is. Cut off
 * anywhere it is simply run again with the same two keys; until it has ended no server starts. Returns how many keys this
 * call wrapped.
 *
 * @throws AppError ROOT_KEY_MISMATCH when the database belongs to neither key
 */
export async function rewrapOrganizationKeys(options: {
  db: Db;
  from: Uint8Array;
  to: Uint8Array;
  /** Told after each batch how many keys are done; what it throws ends the work there. */
  onProgress?: (wrapped: number) => void;
}): Promise<number> {
  const { db, from, to, onProgress } = options;
  let wrapped = 0;
  if (!(await beginRewrap(db, from, to))) return wrapped;
  for (let count = await rewrapBatch(db, from, to); count > 0; count = await rewrapBatch(db, from, to)) {
    wrapped += count;
    onProgress?.(wrapped);
  }
  await endRewrap(db, to);
  return wrapped;
}
