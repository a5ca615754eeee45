import type { Insertable, Selectable } from 'kysely';
import type { VariableChanges } from '../../platform/db/database.gen.d.ts';
import type { Db } from '../../platform/db/database.ts';
import type { VariableOwner } from './variable.ts';
import { ownedBy } from './variable-store.ts';

export type VariableChangeRow = Selectable<VariableChanges>;

/** How many changes of one owner are kept: former values may be large, and nobody looks further back. */
const keptChanges = 1000;

export async function insertChanges(db: Db, rows: readonly Insertable<VariableChanges>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('variableChanges').values(rows).execute();
}

/** Newest first, without the values. */
export async function listChanges(
  db: Db,
  organizationId: string,
  owner: VariableOwner,
  page: { limit: number; before: string | undefined },
): Promise<Omit<VariableChangeRow, 'formerValue'>[]> {
  let query = db
    .selectFrom('variableChanges')
    .select(['id', 'organizationId', 'serviceId', 'environmentId', 'name', 'change', 'changedBy', 'createdAt'])
    .where('organizationId', '=', organizationId)
    .where(ownedBy(owner));
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  return await query.orderBy('id', 'desc').limit(page.limit).execute();
}

export async function findChange(
  db: Db,
  organizationId: string,
  owner: VariableOwner,
  id: string,
): Promise<VariableChangeRow | undefined> {
  return await db
    .selectFrom('variableChanges')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where(ownedBy(owner))
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Forgets all but the newest. */
export async function trimChanges(db: Db, organizationId: string, owner: VariableOwner): Promise<void> {
  const oldest = await db
    .selectFrom('variableChanges')
    .select('id')
    .where('organizationId', '=', organizationId)
    .where(ownedBy(owner))
    .orderBy('id', 'desc')
    .offset(keptChanges - 1)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await db
    .deleteFrom('variableChanges')
    .where('organizationId', '=', organizationId)
    .where(ownedBy(owner))
    .where('id', '<', oldest.id)
    .execute();
}
