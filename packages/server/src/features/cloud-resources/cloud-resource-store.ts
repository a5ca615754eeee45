import { type Insertable, type Selectable, sql } from 'kysely';
import type { CloudResources } from '../../platform/db/database.gen.d.ts';
import type { Db, Tx } from '../../platform/db/database.ts';

/** A cloud resource with what its newest checkpoint tells, and the newest check for drift. */
function withState(db: Db, organizationId: string) {
  return db
    .selectFrom('cloudResources')
    .leftJoinLateral(
      (join) =>
        join
          .selectFrom('stackCheckpoints')
          .select(['resources', 'pending'])
          .whereRef('stackCheckpoints.cloudResourceId', '=', 'cloudResources.id')
          .orderBy('version', 'desc')
          .limit(1)
          .as('checkpoint'),
      (join) => join.onTrue(),
    )
    .leftJoin('stackDrift', 'stackDrift.cloudResourceId', 'cloudResources.id')
    .where('cloudResources.organizationId', '=', organizationId)
    .where('cloudResources.deletedAt', 'is', null)
    .selectAll('cloudResources')
    .select(['checkpoint.resources', 'checkpoint.pending'])
    .select([
      'stackDrift.status as driftStatus',
      'stackDrift.stackUpdateId as driftUpdateId',
      'stackDrift.checkedAt as driftCheckedAt',
      'stackDrift.differences',
    ]);
}
export type ResourceWithState = Awaited<ReturnType<ReturnType<typeof withState>['executeTakeFirstOrThrow']>>;
export type CloudResourceRow = Selectable<CloudResources>;

export async function findCloudResource(
  db: Db,
  organizationId: string,
  id: string,
): Promise<ResourceWithState | undefined> {
  return await withState(db, organizationId).where('cloudResources.id', '=', id).executeTakeFirst();
}

/** Locks the row; also one that is deleted already. */
export async function lockCloudResource(
  trx: Tx,
  organizationId: string,
  id: string,
): Promise<CloudResourceRow | undefined> {
  return await trx
    .selectFrom('cloudResources')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Newest first. */
export async function listCloudResources(
  db: Db,
  organizationId: string,
  page: { limit: number; before: string | undefined; kind: string | undefined; name: string | undefined },
): Promise<ResourceWithState[]> {
  let query = withState(db, organizationId);
  if (page.before !== undefined) query = query.where('cloudResources.id', '<', page.before);
  if (page.kind !== undefined) query = query.where('cloudResources.kind', '=', page.kind);
  if (page.name !== undefined) query = query.where('cloudResources.name', '=', page.name);
  return await query.orderBy('cloudResources.id', 'desc').limit(page.limit).execute();
}

/** The one of this kind and name, that of the environment before one of none. */
export async function findByName(
  db: Db,
  organizationId: string,
  wanted: { kind: string; name: string; environmentId: string | null },
): Promise<CloudResourceRow | undefined> {
  return await db
    .selectFrom('cloudResources')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('kind', '=', wanted.kind)
    .where('name', '=', wanted.name)
    .where('deletedAt', 'is', null)
    .where(sql<boolean>`environment_id is null or environment_id = ${wanted.environmentId}`)
    .orderBy(sql`environment_id nulls last`)
    .limit(1)
    .executeTakeFirst();
}

export async function findByStack(
  trx: Tx,
  organizationId: string,
  address: { project: string; stack: string },
): Promise<CloudResourceRow | undefined> {
  return await trx
    .selectFrom('cloudResources')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('stackProject', '=', address.project)
    .where('stackName', '=', address.stack)
    .where('deletedAt', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** False when another has the stack by now. */
export async function insertCloudResource(trx: Tx, row: Insertable<CloudResources>): Promise<boolean> {
  const inserted = await trx
    .insertInto('cloudResources')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function updateCloudResource(
  db: Db,
  organizationId: string,
  id: string,
  changes: { manifest?: string; environmentId?: string | null; deleting?: boolean; deletedAt?: Date },
): Promise<void> {
  await db
    .updateTable('cloudResources')
    .set({ ...changes, updatedAt: new Date() })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Of an organization, for the names of its stacks. */
export async function findOrganizationName(db: Db, organizationId: string): Promise<string> {
  const row = await db.selectFrom('organizations').select('name').where('id', '=', organizationId).executeTakeFirst();
  return row?.name ?? '';
}

/** What the last deployment of a resource was made of; null where none was, or what it made is destroyed. */
export async function findDeployedManifest(
  db: Db,
  organizationId: string,
  id: string,
): Promise<Record<string, unknown> | null> {
  const row = await db
    .selectFrom('stackUpdates')
    .innerJoin('runs', 'runs.id', 'stackUpdates.runId')
    .select(['stackUpdates.manifest', 'stackUpdates.operation'])
    .where('stackUpdates.organizationId', '=', organizationId)
    .where('stackUpdates.cloudResourceId', '=', id)
    .where('stackUpdates.operation', 'in', ['deploy', 'destroy'])
    .where('runs.state', '=', 'succeeded')
    .orderBy('stackUpdates.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.operation === 'deploy' ? (row.manifest as Record<string, unknown>) : null;
}
