import type { Db } from '../../platform/db/database.ts';
import type { DeletionInput } from './deletion.ts';

/** The services in what is deleted, oldest first. */
export async function listServicesIn(db: Db, organizationId: string, { projectId, environmentId }: DeletionInput) {
  let query = db
    .selectFrom('services')
    .select(['id', 'name'])
    .where('organizationId', '=', organizationId)
    .where('projectId', '=', projectId);
  if (environmentId !== null) query = query.where('environmentId', '=', environmentId);
  return await query.orderBy('id').execute();
}

/** From here on nothing new is begun for them. In one order, so that two deletions wait for each other and never both. */
export async function markServicesDeleted(db: Db, organizationId: string, ids: readonly string[]): Promise<void> {
  for (const id of ids.toSorted())
    await db
      .updateTable('services')
      .set({ desiredState: 'deleted', updatedAt: new Date() })
      .where('organizationId', '=', organizationId)
      .where('id', '=', id)
      .where('desiredState', '<>', 'deleted')
      .execute();
}
