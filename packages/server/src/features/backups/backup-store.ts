import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { ClientBase, Pool } from 'pg';
import { createId } from '../../kernel/id.ts';
import { backupErrors } from '../../platform/backup/backup-errors.ts';
import { writeRestoredMark } from '../../platform/backup/restored-mark.ts';
import type { BackupExtra, LeftOut } from '../../platform/backup/write-backup.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import { renewInstallationId } from '../../platform/db/installation-id.ts';
import type { RunOutcome } from '../../platform/runs/run-kind.ts';
import { findUploadFolderId } from '../uploads/index.ts';

// A backup is about all features at once: the one place besides the migrations where the tables of several are known.

/** The archives that services fed by uploads are built from. What no deployment needs is removed within a day anyway. */
export async function listUploadFiles(client: ClientBase, dataDir: string): Promise<BackupExtra[]> {
  const { rows } = await client.query<{ organizationId: string; id: string }>(
    `select organization_id as "organizationId", id from uploads where state = 'stored' order by id`,
  );
  return rows.map(({ organizationId, id }) => {
    const path = `uploads/${organizationId}/${id}.tar.gz`;
    return { path, file: join(dataDir, path) };
  });
}

/** The services that were last deployed from an upload, for people. */
const usersOf = `select coalesce(string_agg(distinct s.name, ', '), '') as names
  from deployments d join services s on s.id = d.service_id
  where d.source ->> 'uploadId' = $1`;

/**
 * Why a backup without this archive is not whole, or what is left out: of an upload that another server keeps, only that server can read it. A missing one is needed by nothing when its upload was removed since the
 * snapshot of the backup; whoever is at it now is waited for, since files go before the row says so.
 */
export async function explainUnreadableUpload(
  pool: Pool,
  { file }: BackupExtra,
  cause: NodeJS.ErrnoException,
  dataDir: string,
): Promise<Error | LeftOut | undefined> {
  const id = /upl_[0-9a-z]+/.exec(file)?.[0] ?? '';
  const { rows } = await pool.query<{ state: string; folderId: string | null }>(
    'select state, folder_id as "folderId" from uploads where id = $1 for share',
    [id],
  );
  if (cause.code === 'ENOENT' && rows[0]?.state !== 'stored') return undefined;
  const [users] = (await pool.query<{ names: string }>(usersOf, [id])).rows;
  const whose = users === undefined || users.names === '' ? '' : `, which ${users.names} was deployed from,`;
  const place = rows[0]?.folderId ?? null;
  if (cause.code === 'ENOENT' && place !== null && place !== (await findUploadFolderId(join(dataDir, 'uploads')))) {
    return { why: `The archive of the upload ${id}${whose} lies in the data folder of another server.` };
  }
  return backupErrors.BACKUP_UPLOAD_UNREADABLE({
    message: `The archive of the upload ${id}${whose} cannot be read: ${cause.message}. No backup was made.`,
    cause,
  });
}

/** Where a file of a backup belongs, if it is one that davit puts there. */
export function placeOfExtra(path: string, dataDir: string): string | undefined {
  return /^uploads\/org_[0-9a-z]{26}\/upl_[0-9a-z]{26}\.tar\.gz$/.test(path) ? join(dataDir, path) : undefined;
}

/** Nobody repeats by itself what was under way in a past that others have moved on from. */
async function cancelOpenRuns(client: ClientBase): Promise<number> {
  const { rowCount } = await client.query(
    `update runs set cancel_requested_at = coalesce(cancel_requested_at, now()), run_at = least(run_at, now()),
       lease_expires_at = case when state = 'running' then '-infinity'::timestamptz else lease_expires_at end
     where state in ('queued', 'running')`,
  );
  return rowCount ?? 0;
}

/** An approval is of what was previewed then, and a server would still take it: their time is over, which ends them. */
async function endWaitingRuns(client: ClientBase, madeAt: string): Promise<number> {
  const reason = `Discarded: davit was restored from a backup of ${madeAt}, in which this waited. Ask for it again.`;
  const { rowCount } = await client.query(
    `update runs set wait_until = now(), wait_outcome = $1 where state = 'waiting'`,
    [{ state: 'canceled', reason, errorCode: null } satisfies RunOutcome],
  );
  return rowCount ?? 0;
}

/**
 * What was built is not in a backup: such a release cannot be started, and nobody rolls back to it. Builds of another data folder
 * are another installation's, even where they can be seen from here. For images that are in no registry the first start of a server
 * does the same: only the engine knows what it has.
 */
async function markMissingArtifacts(client: ClientBase, buildDir: string): Promise<number> {
  const { rows } = await client.query<{ id: string; folder: string }>(
    `select id, artifact ->> 'folder' as folder from releases
     where artifact_removed_at is null and artifact ->> 'folder' is not null`,
  );
  const gone = rows
    .filter(({ folder }) => !folder.startsWith(join(buildDir, '/')) || !existsSync(folder))
    .map(({ id }) => id);
  await client.query('update releases set artifact_removed_at = now() where id = any($1)', [gone]);
  return gone.length;
}

async function forgetMissingUploads(client: ClientBase, dataDir: string): Promise<void> {
  const gone = (await listUploadFiles(client, dataDir)).filter(({ file }) => !existsSync(file));
  const ids = gone.map(({ file }) => /upl_[0-9a-z]+/.exec(file)?.[0] ?? '');
  await client.query(`update uploads set state = 'removed' where id = any($1)`, [ids]);
  // The others lie here now, whichever folder they came from.
  await client.query('update uploads set folder_id = null');
}

type Counts = Pick<Adaptation, 'servicesToBuild' | 'servicesToLookFor' | 'servicesToStart'>;

async function countServices(client: ClientBase): Promise<Counts> {
  const { rows } = await client.query<Counts>(
    `select count(*) filter (where is_gone)::int as "servicesToBuild",
       count(*) filter (where not is_gone and is_local)::int as "servicesToLookFor",
       count(*) filter (where not is_gone and not is_local)::int as "servicesToStart"
     from services s
     join (select id, artifact_removed_at is not null as is_gone,
             artifact ->> 'kind' = 'image' and artifact ->> 'reference' not like '%@%' as is_local from releases) r
       on r.id = s.active_release_id
     where s.desired_state = 'running'`,
  );
  return rows[0] ?? { servicesToBuild: 0, servicesToLookFor: 0, servicesToStart: 0 };
}

/** What was done about a past that is now the present. */
export interface Adaptation {
  canceledRuns: number;
  endedSessions: number;
  /** Services that are built again once a server runs. */
  servicesToBuild: number;
  /** Those that ran from an image of no registry: built again too, unless the engine has it. */
  servicesToLookFor: number;
  /** The others that should run. */
  servicesToStart: number;
}

/** Makes what was restored true again, within the transaction of the restore. Repeatable. */
export async function adaptRestored(
  client: ClientBase,
  backup: { id: string; madeAt: string },
  { dataDir, buildDir }: { dataDir: string; buildDir: string },
): Promise<Adaptation> {
  const canceledRuns = (await cancelOpenRuns(client)) + (await endWaitingRuns(client, backup.madeAt));
  await markMissingArtifacts(client, buildDir);
  await forgetMissingUploads(client, dataDir);
  const sessions = await client.query(
    `update sessions set revoked_at = now(), revoke_reason = 'the platform was restored from a backup'
     where revoked_at is null and expires_at > now()`,
  );
  await writeRestoredMark(client, backup);
  await renewInstallationId(client);
  await client.query(
    `insert into audit_log (id, organization_id, actor_kind, action, subject, result, details)
     values ($1, null, 'system', 'platform.restore', $2, 'done', jsonb_build_object('madeAt', $3::text))`,
    [createId('aud'), backup.id, backup.madeAt],
  );
  return { canceledRuns, endedSessions: sessions.rowCount ?? 0, ...(await countServices(client)) };
}

const SCHEDULE = 'backup_schedule';

/** When the next backup is due; undefined when nobody has set it for this schedule yet. */
export async function findNextBackup(db: Db, schedule: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('platformSettings')
    .select(sql<string>`value ->> 'next'`.as('next'))
    .where('name', '=', SCHEDULE)
    .where(sql<boolean>`value ->> 'schedule' = ${schedule}`)
    .executeTakeFirst();
  return row === undefined ? undefined : new Date(row.next);
}

/** Sets the next time; false when another server has done so since `former` was read. */
export async function takeBackupTime(
  trx: Tx,
  schedule: string,
  former: Date | undefined,
  next: Date,
): Promise<boolean> {
  const value = JSON.stringify({ schedule, next: next.toISOString() });
  if (former === undefined) {
    await trx
      .insertInto('platformSettings')
      .values({ name: SCHEDULE, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value, updatedAt: sql`now()` }))
      .execute();
    return true;
  }
  const row = await trx
    .updateTable('platformSettings')
    .set({ value, updatedAt: sql`now()` })
    .where('name', '=', SCHEDULE)
    .where(sql<boolean>`value ->> 'schedule' = ${schedule} and value ->> 'next' = ${former.toISOString()}`)
    .returning('name')
    .executeTakeFirst();
  return row !== undefined;
}
