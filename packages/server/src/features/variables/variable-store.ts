import type { Selectable } from 'kysely';
import type { Variables } from '../../platform/db/database.gen.d.ts';
import type { Db } from '../../platform/db/database.ts';

export type VariableRow = Selectable<Variables>;

export async function listVariables(db: Db, organizationId: string, serviceId: string): Promise<VariableRow[]> {
  return await db
    .selectFrom('variables')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('serviceId', '=', serviceId)
    .orderBy('name')
    .execute();
}

export async function findVariable(db: Db, organizationId: string, serviceId: string, name: string) {
  return await db
    .selectFrom('variables')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('serviceId', '=', serviceId)
    .where('name', '=', name)
    .executeTakeFirst();
}

export async function insertVariable(
  db: Db,
  row: { id: string; organizationId: string; serviceId: string; name: string; value: Buffer },
): Promise<void> {
  await db.insertInto('variables').values(row).execute();
}

export async function updateVariable(db: Db, organizationId: string, id: string, value: Buffer): Promise<void> {
  await db
    .updateTable('variables')
    .set({ value, updatedAt: new Date() })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Tells how many were there. */
export async function deleteVariables(
  db: Db,
  organizationId: string,
  serviceId: string,
  names: readonly string[],
): Promise<number> {
  if (names.length === 0) return 0;
  const { numDeletedRows } = await db
    .deleteFrom('variables')
    .where('organizationId', '=', organizationId)
    .where('serviceId', '=', serviceId)
    .where('name', 'in', names)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** Touches the service, so that the time of its last change of variables is known, also after a removal. */
export async function markVariablesChanged(db: Db, organizationId: string, serviceId: string): Promise<void> {
  await db
    .updateTable('services')
    .set({ variablesChangedAt: new Date() })
    .where('organizationId', '=', organizationId)
    .where('id', '=', serviceId)
    .execute();
}

/** When the variables last changed, and when the release that serves now was made. */
export async function findVariableTimes(db: Db, organizationId: string, serviceId: string) {
  return await db
    .selectFrom('services')
    .leftJoin('releases', 'releases.id', 'services.activeReleaseId')
    .select(['services.variablesChangedAt as changedAt', 'releases.createdAt as releasedAt'])
    .where('services.organizationId', '=', organizationId)
    .where('services.id', '=', serviceId)
    .executeTakeFirst();
}
