import type { Selectable } from 'kysely';
import type { Environments, Projects } from '../../platform/db/database.gen.d.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { UpdateEnvironment } from './project.ts';

export type ProjectRow = Selectable<Projects>;
export type EnvironmentRow = Selectable<Environments>;

export async function findProject(db: Db, organizationId: string, id: string): Promise<ProjectRow | undefined> {
  return await db
    .selectFrom('projects')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Makes others who lock it wait until the transaction ends; false when it is not there. */
export async function lockProject(trx: Tx, organizationId: string, id: string): Promise<boolean> {
  const row = await trx
    .selectFrom('projects')
    .select('id')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** Newest first. */
export async function listProjects(db: Db, organizationId: string, limit: number, before: string | undefined) {
  let query = db.selectFrom('projects').selectAll().where('organizationId', '=', organizationId);
  if (before !== undefined) query = query.where('id', '<', before);
  return await query.orderBy('id', 'desc').limit(limit).execute();
}

export async function listEnvironments(db: Db, organizationId: string, projectIds: readonly string[]) {
  if (projectIds.length === 0) return [];
  return await db
    .selectFrom('environments')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('projectId', 'in', projectIds)
    .orderBy('id')
    .execute();
}

export async function findEnvironment(db: Db, organizationId: string, id: string): Promise<EnvironmentRow | undefined> {
  return await db
    .selectFrom('environments')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Undefined when the name is taken. */
export async function insertProject(
  db: Db,
  row: { id: string; organizationId: string; name: string; description: string; creationKey: string | null },
): Promise<ProjectRow | undefined> {
  return await db
    .insertInto('projects')
    .values(row)
    .onConflict((conflict) => conflict.columns(['organizationId', 'name']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function findProjectByName(db: Db, organizationId: string, name: string): Promise<ProjectRow | undefined> {
  return await db
    .selectFrom('projects')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('name', '=', name)
    .executeTakeFirst();
}

/** Undefined when the name is taken. */
export async function insertEnvironment(
  db: Db,
  row: {
    id: string;
    organizationId: string;
    projectId: string;
    name: string;
    kind: string;
    creationKey: string | null;
  },
): Promise<EnvironmentRow | undefined> {
  return await db
    .insertInto('environments')
    .values(row)
    .onConflict((conflict) => conflict.columns(['projectId', 'name']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function updateProject(
  db: Db,
  organizationId: string,
  id: string,
  changes: { name?: string | undefined; description?: string | undefined },
): Promise<void> {
  await db
    .updateTable('projects')
    .set({ ...changes, updatedAt: new Date() })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

export async function updateEnvironment(
  db: Db,
  organizationId: string,
  id: string,
  changes: UpdateEnvironment,
): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  await db
    .updateTable('environments')
    .set(changes)
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Services of a project, or of one of its environments. */
export async function countServices(
  db: Db,
  organizationId: string,
  scope: { projectId: string } | { environmentId: string },
): Promise<number> {
  let query = db
    .selectFrom('services')
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .where('organizationId', '=', organizationId);
  query =
    'projectId' in scope
      ? query.where('projectId', '=', scope.projectId)
      : query.where('environmentId', '=', scope.environmentId);
  return (await query.executeTakeFirstOrThrow()).count;
}

export async function deleteProject(db: Db, organizationId: string, id: string): Promise<void> {
  await db.deleteFrom('projects').where('organizationId', '=', organizationId).where('id', '=', id).execute();
}

export async function deleteEnvironment(db: Db, organizationId: string, id: string): Promise<void> {
  await db.deleteFrom('environments').where('organizationId', '=', organizationId).where('id', '=', id).execute();
}
