import type { Selectable } from 'kysely';
import type { KindModules } from '../../platform/db/database.gen.d.ts';
import type { Db } from '../../platform/db/database.ts';
import type { KindModule } from './kind.ts';

export type KindModuleRow = Selectable<KindModules>;

export async function listKindModules(db: Db, organizationId: string): Promise<KindModuleRow[]> {
  return await db
    .selectFrom('kindModules')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .orderBy('kind')
    .execute();
}

/** Where the modules of all organizations are: for what is done for the whole platform, and shown to nobody. */
export async function listAllModuleSources(
  db: Db,
): Promise<{ organizationId: string; source: KindModuleRow['source'] }[]> {
  return await db.selectFrom('kindModules').select(['organizationId', 'source']).execute();
}

/** Locked, where `db` is a transaction, until it ends. */
export async function findKindModule(db: Db, organizationId: string, kind: string): Promise<KindModuleRow | undefined> {
  return await db
    .selectFrom('kindModules')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('kind', '=', kind)
    .forUpdate()
    .executeTakeFirst();
}

export async function upsertKindModule(
  db: Db,
  organizationId: string,
  kind: string,
  module: KindModule,
  sourceSecret: Buffer | null,
): Promise<void> {
  const { url, reference, folder, provider, summary, specSchema } = module;
  const values = {
    provider,
    summary,
    source: JSON.stringify({ url, reference, folder }),
    specSchema: specSchema === null ? null : JSON.stringify(specSchema),
    sourceSecret,
    updatedAt: new Date(),
  };
  await db
    .insertInto('kindModules')
    .values({ organizationId, kind, ...values })
    .onConflict((conflict) => conflict.columns(['organizationId', 'kind']).doUpdateSet(values))
    .execute();
}

/** False when there was none. */
export async function deleteKindModule(db: Db, organizationId: string, kind: string): Promise<boolean> {
  const result = await db
    .deleteFrom('kindModules')
    .where('organizationId', '=', organizationId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
