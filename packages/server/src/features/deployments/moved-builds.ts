import { join } from 'node:path';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Artifact } from '../../adapters/builder/builder.ts';
import type { Db } from '../../platform/db/database.ts';

const SETTING = 'moved';

const mark = z.object({ at: z.coerce.date() });

/**
 * The folder that davit keeps everything in is no longer at `former`. What was built below it cannot be started where it is now:
 * programs and packages hold the absolute place that they were installed to. Repeatable.
 *
 * @returns how many releases have nothing to start any more
 */
export async function forgetMovedBuilds(db: Db, former: string): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    const releases = await trx
      .selectFrom('releases')
      .select(['id', 'artifact'])
      .where('artifactRemovedAt', 'is', null)
      .where(sql`artifact ->> 'kind'`, '=', 'folder')
      .execute();
    const isMoved = (artifact: Artifact) =>
      artifact.kind === 'folder' &&
      [artifact.folder, ...artifact.readable].some((path) => path.startsWith(join(former, '/')));
    const moved = releases.filter(({ artifact }) => isMoved(artifact as unknown as Artifact)).map(({ id }) => id);
    if (moved.length > 0)
      await trx.updateTable('releases').set({ artifactRemovedAt: new Date() }).where('id', 'in', moved).execute();
    const value = sql<string>`jsonb_build_object('at', now())`;
    await trx
      .insertInto('platformSettings')
      .values({ name: SETTING, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value, updatedAt: sql`now()` }))
      .execute();
    return moved.length;
  });
}

/** When the folder was last found at another place than before; undefined when it never was. */
export async function findMovedMark(db: Db): Promise<{ at: Date } | undefined> {
  const row = await db.selectFrom('platformSettings').select('value').where('name', '=', SETTING).executeTakeFirst();
  return row && mark.parse(row.value);
}
