import { type Selectable, sql } from 'kysely';
import type { Uploads } from '../../platform/db/database.gen.d.ts';
import type { Db, Tx } from '../../platform/db/database.ts';

export type UploadRow = Selectable<Uploads>;

/** Noted before the first byte is written, so that the cleanup knows of what a crash leaves. */
export async function insertReceiving(
  db: Db,
  upload: { id: string; organizationId: string; createdBy: string },
): Promise<void> {
  await db
    .insertInto('uploads')
    .values({ ...upload, state: 'receiving' })
    .execute();
}

export async function setStored(
  db: Db,
  organizationId: string,
  id: string,
  facts: { bytes: number; files: number; sha256: string; folderId: string },
): Promise<void> {
  await db
    .updateTable('uploads')
    .set({ ...facts, state: 'stored' })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

export async function findUpload(db: Db, organizationId: string, id: string): Promise<UploadRow | undefined> {
  return await db
    .selectFrom('uploads')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Of those that were stored whole. */
export async function listUploadDigests(
  db: Db,
  organizationId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('uploads')
    .select(['id', 'sha256'])
    .where('organizationId', '=', organizationId)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.flatMap(({ id, sha256 }) => (sha256 === null ? [] : [[id, sha256] as const])));
}

export async function deleteUpload(db: Db, organizationId: string, id: string): Promise<void> {
  await db.deleteFrom('uploads').where('organizationId', '=', organizationId).where('id', '=', id).execute();
}

/** Uploads of all organizations that are not whole. */
export async function listReceiving(db: Db) {
  return await db
    .selectFrom('uploads')
    .select(['id', 'organizationId', 'createdAt'])
    .where('state', '=', 'receiving')
    .execute();
}

// A deployment needs its upload until it has ended; the newest one of each service, since a deployment that names no
// upload takes that one. What ran before needs none: a release keeps what was built.
const isUsed = sql<boolean>`exists (
  select 1 from deployments
  join runs on runs.id = deployments.run_id
  where deployments.organization_id = uploads.organization_id
    and deployments.source ->> 'uploadId' = uploads.id
    and (
      runs.state in ('queued', 'running', 'waiting')
      or not exists (
        select 1 from deployments as newer
        where newer.service_id = deployments.service_id
          and newer.number > deployments.number
          and newer.source ->> 'uploadId' is not null
      )
    )
)`;

/** Uploads of all organizations that were stored before `before` and that nothing needs any more. */
export async function listUnused(db: Db, before: Date) {
  return await db
    .selectFrom('uploads')
    .select(['id', 'organizationId'])
    .where('state', '=', 'stored')
    .where('createdAt', '<', before)
    .where((where) => where.not(isUsed))
    .execute();
}

/** Whether the upload was unused still, and is marked as removed now. */
export async function setRemoved(trx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('uploads')
    .set({ state: 'removed' })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('state', '=', 'stored')
    .where((where) => where.not(isUsed))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
