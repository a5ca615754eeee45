import { type Expression, type ExpressionBuilder, type Insertable, type Selectable, type SqlBool, sql } from 'kysely';
import type { DB, Variables } from '../../platform/db/database.gen.d.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { VariableOwner } from './variable.ts';

export type VariableRow = Selectable<Variables>;
export type ListedVariable = Omit<VariableRow, 'value'>;

const listed = [
  'variables.id',
  'variables.organizationId',
  'variables.serviceId',
  'variables.environmentId',
  'variables.name',
  'variables.digest',
  'variables.referenceList',
  'variables.updatedBy',
  'variables.createdAt',
  'variables.updatedAt',
] as const;

type Owned = 'variables' | 'variableChanges';

/** The condition that a row belongs to this owner; its organization is the other half. */
export function ownedBy(owner: VariableOwner) {
  return (where: ExpressionBuilder<DB, Owned>): Expression<SqlBool> =>
    owner.kind === 'service' ? where('serviceId', '=', owner.id) : where('environmentId', '=', owner.id);
}

/** The columns that say whose a row is. */
export function ownerColumns(owner: VariableOwner): { serviceId: string | null; environmentId: string | null } {
  return owner.kind === 'service'
    ? { serviceId: owner.id, environmentId: null }
    : { serviceId: null, environmentId: owner.id };
}

/** Without their values. */
export async function listVariables(db: Db, organizationId: string, owner: VariableOwner): Promise<ListedVariable[]> {
  return await db
    .selectFrom('variables')
    .select(listed)
    .where('organizationId', '=', organizationId)
    .where(ownedBy(owner))
    .orderBy('name')
    .execute();
}

/** Those of these names, with their values. */
export async function findVariables(
  db: Db,
  organizationId: string,
  owner: VariableOwner,
  names: readonly string[],
): Promise<VariableRow[]> {
  if (names.length === 0) return [];
  return await db
    .selectFrom('variables')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where(ownedBy(owner))
    .where('name', 'in', names)
    .execute();
}

/** All variables of an environment, shared and of its services, without their values. */
export async function listEnvironmentVariables(
  db: Db,
  organizationId: string,
  environmentId: string,
): Promise<ListedVariable[]> {
  const own = db
    .selectFrom('variables')
    .innerJoin('services', 'services.id', 'variables.serviceId')
    .select(listed)
    .where('variables.organizationId', '=', organizationId)
    .where('services.environmentId', '=', environmentId);
  return await db
    .selectFrom('variables')
    .select(listed)
    .where('variables.organizationId', '=', organizationId)
    .where('variables.environmentId', '=', environmentId)
    .unionAll(own)
    .execute();
}

/** The environments in which some variable refers to `service`, as references write it. */
export async function listReferringEnvironments(db: Db, organizationId: string, service: string): Promise<string[]> {
  const rows = await db
    .selectFrom('variables')
    .leftJoin('services', 'services.id', 'variables.serviceId')
    .select((row) => row.fn.coalesce('variables.environmentId', 'services.environmentId').as('environmentId'))
    .distinct()
    .where('variables.organizationId', '=', organizationId)
    .where(sql<boolean>`variables.reference_list @> ${JSON.stringify([{ service }])}::jsonb`)
    .execute();
  return rows.flatMap(({ environmentId }) => environmentId ?? []);
}

/** With their values. */
export async function listVariablesById(
  db: Db,
  organizationId: string,
  ids: readonly string[],
): Promise<VariableRow[]> {
  if (ids.length === 0) return [];
  return await db
    .selectFrom('variables')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('id', 'in', ids)
    .execute();
}

/** New ones, and those of known ids with their new value. */
export async function saveVariables(db: Db, rows: readonly Insertable<Variables>[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('variables')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((row) => ({
        value: row.ref('excluded.value'),
        digest: row.ref('excluded.digest'),
        referenceList: row.ref('excluded.referenceList'),
        updatedBy: row.ref('excluded.updatedBy'),
        updatedAt: sql<Date>`now()`,
      })),
    )
    .execute();
}

/** Completes a row from before digests were kept, unless somebody has changed it meanwhile. */
export async function completeVariable(
  db: Db,
  { organizationId, id, value }: VariableRow,
  facts: { digest: string; referenceList: string },
): Promise<void> {
  await db
    .updateTable('variables')
    .set(facts)
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('value', '=', value)
    .execute();
}

export async function deleteVariables(
  db: Db,
  organizationId: string,
  owner: VariableOwner,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  await db
    .deleteFrom('variables')
    .where('organizationId', '=', organizationId)
    .where(ownedBy(owner))
    .where('name', 'in', names)
    .execute();
}

export async function countVariables(db: Db, organizationId: string, owner: VariableOwner): Promise<number> {
  const { count } = await db
    .selectFrom('variables')
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .where('organizationId', '=', organizationId)
    .where(ownedBy(owner))
    .executeTakeFirstOrThrow();
  return count;
}

/** Until the transaction ends, for those who write its variables; false when there is none. New services do not wait for it. */
export async function lockEnvironment(trx: Tx, organizationId: string, id: string): Promise<boolean> {
  const row = await trx
    .selectFrom('environments')
    .select('id')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** The releases that serve in an environment, by service. */
export async function listActiveReleases(db: Db, organizationId: string, environmentId: string) {
  return await db
    .selectFrom('services')
    .select(['id as serviceId', 'activeReleaseId as releaseId'])
    .where('organizationId', '=', organizationId)
    .where('environmentId', '=', environmentId)
    .where('activeReleaseId', 'is not', null)
    .where('desiredState', '<>', 'deleted')
    .execute();
}
