import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { DB } from '../../platform/db/database.gen.d.ts';
import type { Db, Tx } from '../../platform/db/database.ts';

/** The use of a credential, as JSON of the database has it. */
type UseRow = { cloudResourceId: string; name: string; runId: string; at: string };
export type CredentialRow = Selectable<DB['credentials']> & {
  formerVersionKept: boolean;
  usedBy: UseRow[];
  usedByCount: number;
};

const former = sql<boolean>`exists (select 1 from former_credentials f where f.credential_id = credentials.id)`;

const usesOf = sql`from credential_uses u where u.organization_id = credentials.organization_id and u.credential_id = credentials.id`;
const useCount = sql<number>`(select count(*)::int ${usesOf})`;
/** The first of them by name: enough to say who would be left without it. */
const firstUses = sql<UseRow[]>`(
  select coalesce(json_agg(json_build_object(
    'cloudResourceId', f.resource_id, 'name', f.resource_name, 'runId', f.run_id, 'at', f.at) order by f.resource_name), '[]')
  from (select u.* ${usesOf} order by u.resource_name limit 20) f)`;

function selectAll(db: Db, organizationId: string) {
  return db
    .selectFrom('credentials')
    .selectAll()
    .select([former.as('formerVersionKept'), firstUses.as('usedBy'), useCount.as('usedByCount')])
    .where('organizationId', '=', organizationId);
}

/** Ids and names share no spelling, so that one look-up takes either. */
export async function findCredential(
  db: Db,
  organizationId: string,
  idOrName: string,
  { lock = false } = {},
): Promise<CredentialRow | undefined> {
  const query = selectAll(db, organizationId).where(idOrName.startsWith('crd_') ? 'id' : 'name', '=', idOrName);
  return await (lock ? query.forUpdate() : query).executeTakeFirst();
}

export async function listCredentials(
  db: Db,
  organizationId: string,
  { limit, after, provider }: { limit: number; after?: string | undefined; provider?: string | undefined },
): Promise<CredentialRow[]> {
  let query = selectAll(db, organizationId);
  if (after !== undefined) query = query.where('name', '>', after);
  if (provider !== undefined) query = query.where('provider', '=', provider);
  return await query.orderBy('name').limit(limit).execute();
}

export async function insertCredential(trx: Tx, row: Insertable<DB['credentials']>): Promise<void> {
  await trx.insertInto('credentials').values(row).execute();
}

export async function updateCredential(
  trx: Tx,
  organizationId: string,
  id: string,
  change: Updateable<DB['credentials']>,
): Promise<void> {
  await trx
    .updateTable('credentials')
    .set({ ...change, updatedAt: sql`now()` })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

export async function deleteCredential(trx: Tx, organizationId: string, id: string): Promise<void> {
  await trx.deleteFrom('credentials').where('organizationId', '=', organizationId).where('id', '=', id).execute();
}

/** Keeps what it was; one that is kept already was good for longer, and stays. */
export async function keepFormer(trx: Tx, row: Insertable<DB['formerCredentials']>): Promise<void> {
  await trx
    .insertInto('formerCredentials')
    .values(row)
    .onConflict((conflict) => conflict.column('credentialId').doNothing())
    .execute();
}

export async function takeFormer(trx: Tx, organizationId: string, id: string) {
  return await trx
    .deleteFrom('formerCredentials')
    .where('organizationId', '=', organizationId)
    .where('credentialId', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** Forgets what it was, if the version that is good is the one that it has now. */
export async function forgetFormer(trx: Tx, organizationId: string, id: string, version: number): Promise<void> {
  await trx
    .deleteFrom('formerCredentials')
    .where('organizationId', '=', organizationId)
    .where('credentialId', '=', id)
    .where((eb) =>
      eb.exists(eb.selectFrom('credentials').select('id').where('id', '=', id).where('version', '=', version)),
    )
    .execute();
}

/** Names of the cloud resources that were last worked on with it. */
export async function listUses(db: Db, organizationId: string, id: string): Promise<string[]> {
  const rows = await db
    .selectFrom('credentialUses')
    .select('resourceName')
    .where('organizationId', '=', organizationId)
    .where('credentialId', '=', id)
    .orderBy('resourceName')
    .limit(20)
    .execute();
  return rows.map(({ resourceName }) => resourceName);
}

export async function upsertUse(trx: Tx, row: Insertable<DB['credentialUses']>): Promise<void> {
  const { credentialId, resourceName, runId } = row;
  await trx
    .insertInto('credentialUses')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['organizationId', 'resourceId'])
        .doUpdateSet({ credentialId, resourceName, runId, at: sql`now()` }),
    )
    .execute();
  await trx
    .updateTable('credentials')
    .set({ lastUsedAt: sql`now()` })
    .where('organizationId', '=', row.organizationId)
    .where('id', '=', credentialId)
    .execute();
}

export async function deleteUse(db: Db, organizationId: string, resourceId: string): Promise<void> {
  await db
    .deleteFrom('credentialUses')
    .where('organizationId', '=', organizationId)
    .where('resourceId', '=', resourceId)
    .execute();
}

/** Marks, and returns, those that end before then and were not warned of; of every organization. */
export async function takeExpiring(trx: Tx, before: Date) {
  return await trx
    .updateTable('credentials')
    .set((eb) => ({ warnedFor: eb.ref('expiresAt') }))
    .where('expiresAt', '<', before)
    .where(sql<boolean>`warned_for is distinct from expires_at`)
    .returning(['id', 'organizationId', 'name', 'provider', 'expiresAt'])
    .execute();
}
