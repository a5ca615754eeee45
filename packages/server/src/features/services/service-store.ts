import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Services } from '../../platform/db/database.gen.d.ts';
import type { Db, Tx } from '../../platform/db/database.ts';

export type ServiceRow = Selectable<Services>;

export async function findService(db: Db, organizationId: string, id: string): Promise<ServiceRow | undefined> {
  return await db
    .selectFrom('services')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function findServiceByName(
  db: Db,
  organizationId: string,
  environmentId: string,
  name: string,
): Promise<ServiceRow | undefined> {
  return await db
    .selectFrom('services')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('environmentId', '=', environmentId)
    .where('name', '=', name)
    .executeTakeFirst();
}

/** Locks the row, so that two changes of one service come one after the other. */
export async function findServiceForUpdate(
  db: Db,
  organizationId: string,
  id: string,
): Promise<ServiceRow | undefined> {
  return await db
    .selectFrom('services')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Newest first. */
export async function listServices(
  db: Db,
  organizationId: string,
  projectId: string,
  page: { limit: number; before: string | undefined; environmentId: string | undefined; name: string | undefined },
): Promise<ServiceRow[]> {
  let query = db
    .selectFrom('services')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('projectId', '=', projectId);
  if (page.environmentId !== undefined) query = query.where('environmentId', '=', page.environmentId);
  if (page.name !== undefined) query = query.where('name', '=', page.name);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  return await query.orderBy('id', 'desc').limit(page.limit).execute();
}

/** What the services of an environment know of each other. */
export async function listPeers(db: Db, organizationId: string, environmentId: string) {
  return await db
    .selectFrom('services')
    .select(['id', 'name', 'hostLabel'])
    .where('organizationId', '=', organizationId)
    .where('environmentId', '=', environmentId)
    .where('desiredState', '<>', 'deleted')
    .orderBy('name')
    .execute();
}

export async function insertService(db: Db, row: Insertable<Services>): Promise<ServiceRow> {
  return await db.insertInto('services').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function updateService(
  db: Db,
  organizationId: string,
  id: string,
  changes: Updateable<Services>,
): Promise<ServiceRow> {
  return await db
    .updateTable('services')
    .set({ ...changes, updatedAt: new Date() })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Any number that only this code uses. */
const hostLabelLock = 0x686f7374;

/** Until the transaction ends, so that two who choose a label at once do not choose the same. */
export async function lockHostLabels(trx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${hostLabelLock}, 0)`.execute(trx);
}

/**
 * Over all organizations: host names are the platform's. One whose service is gone is free for the organization that had it
 * alone: DNS that still leads to it would verify a domain for whoever gets it.
 */
export async function isHostLabelTaken(db: Db, organizationId: string, hostLabel: string): Promise<boolean> {
  // One statement: a label that is retired at this moment is seen as the one or as the other.
  const row = await db
    .selectFrom('services')
    .select('hostLabel')
    .where('hostLabel', '=', hostLabel)
    .unionAll(
      db
        .selectFrom('retiredHostLabels')
        .select('hostLabel')
        .where('hostLabel', '=', hostLabel)
        .where('organizationId', '<>', organizationId),
    )
    .executeTakeFirst();
  return row !== undefined;
}

/** The end of a service: its variables, deployments and releases go with it. */
export async function deleteServiceRow(db: Db, organizationId: string, id: string): Promise<void> {
  await db
    .deleteFrom('services')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('desiredState', '=', 'deleted')
    .execute();
}

/** Every service of the platform, for the reconciler: it works for all organizations. */
export async function listAllServices(
  db: Db,
): Promise<Pick<ServiceRow, 'id' | 'organizationId' | 'hostLabel' | 'desiredState'>[]> {
  return await db
    .selectFrom('services')
    .select(['id', 'organizationId', 'hostLabel', 'desiredState'])
    .orderBy('id')
    .execute();
}

/** Cron services whose time has come. */
export async function listDueCronServices(db: Db, now: Date): Promise<ServiceRow[]> {
  return await db
    .selectFrom('services')
    .selectAll()
    .where('kind', '=', 'cron')
    .where('desiredState', '=', 'running')
    .where('nextCronAt', '<=', now)
    .execute();
}

/** When the next cron service is due; undefined when there is none. */
export async function findNextCronTime(db: Db): Promise<Date | undefined> {
  const { at } = await db
    .selectFrom('services')
    .select(({ fn }) => fn.min('nextCronAt').as('at'))
    .where('kind', '=', 'cron')
    .where('desiredState', '=', 'running')
    .executeTakeFirstOrThrow();
  return at ?? undefined;
}

/** Takes one due time of a cron service for the caller; false when another server took it. */
export async function takeCronTime(db: Db, service: ServiceRow, next: Date | null): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('services')
    .set({ nextCronAt: next })
    .where('organizationId', '=', service.organizationId)
    .where('id', '=', service.id)
    .where('nextCronAt', '=', service.nextCronAt)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
