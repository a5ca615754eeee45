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

export async function upsertKindModule(
  db: Db,
  organizationId: string,
  kind: string,
  module: KindModule,
): Promise<void> {
  const { url, reference, folder, provider, summary, specSchema } = module;
  const values = {
    provider,
    summary,
    source: JSON.stringify({ url, reference, folder }),
    specSchema: specSchema === null ? null : JSON.stringify(specSchema),
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
