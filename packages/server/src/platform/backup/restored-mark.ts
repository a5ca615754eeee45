import type { ClientBase } from 'pg';
import { z } from 'zod';
import { timeOfId } from '../../kernel/id.ts';
import type { Db } from '../db/database.ts';

const SETTING = 'restored';

const mark = z.strictObject({
  /** Of the backup. */
  id: z.string(),
  /** When the backup was made: what happened after that is not here. */
  madeAt: z.coerce.date(),
  restoredAt: z.coerce.date(),
});
export type RestoredMark = z.output<typeof mark>;

/** Notes, in the transaction of the restore, that this database comes from a backup. */
export async function writeRestoredMark(client: ClientBase, backup: { id: string; madeAt: string }): Promise<void> {
  await client.query(
    `insert into platform_settings (name, value)
     values ($1, jsonb_build_object('id', $2::text, 'madeAt', $3::text, 'restoredAt', now()))
     on conflict (name) do update set value = excluded.value, updated_at = now()`,
    [SETTING, backup.id, backup.madeAt],
  );
}

/** Where this database comes from; undefined when it was never restored. */
export async function findRestoredMark(db: Db): Promise<RestoredMark | undefined> {
  const row = await db.selectFrom('platformSettings').select('value').where('name', '=', SETTING).executeTakeFirst();
  return row && mark.parse(row.value);
}

/** Whether what has this id was made before this database was restored, by the installation that it comes from. */
export async function isInherited(db: Db, id: string): Promise<boolean> {
  const restored = await findRestoredMark(db);
  if (restored === undefined) return false;
  const madeAt = timeOfId(id);
  // What cannot be told is left alone.
  return madeAt === undefined || madeAt <= restored.restoredAt;
}
