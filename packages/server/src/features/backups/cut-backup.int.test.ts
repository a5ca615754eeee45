import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addOrganization, createBackupBed } from '../../../test/support/backup-bed.ts';
import { runAdmin } from '../../../test/support/run-admin.ts';
import { waitUntil } from '../../../test/support/wait-until.ts';
import { createFolderStore } from '../../adapters/object-store/folder/folder-store.ts';
import { checkRootKey } from '../../platform/crypto/root-key.ts';
import { createBackupMaker } from './backup-maker.ts';

const signal = AbortSignal.timeout(120_000);
const upload = 'upl_00000000000000000000000000';
const organization = 'org_00000000000000000000000000';

async function startInstallation() {
  const bed = await createBackupBed();
  onTestFinished(() => bed[Symbol.asyncDispose]());
  const database = await bed.database();
  await addOrganization(database, bed.rootKey, organization.slice(4));
  await checkRootKey(database.db, bed.rootKey);
  const dataDir = await mkdtemp(join(tmpdir(), 'davit-cut-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  await writeFile(join(dataDir, 'root-key'), bed.rootKey.toString('base64'), { mode: 0o600 });
  const kept = join(dataDir, 'kept');
  const store = createFolderStore({ folder: kept });
  const { pool } = database;
  const maker = createBackupMaker({ pool, dataDir, version: '1.2.3', currentRootKey: async () => bed.rootKey });
  const make = () => maker.make(store, signal, () => {});
  return { bed, database, dataDir, kept, store, maker, make, work: join(dataDir, 'backup-work') };
}

async function addUpload(at: Awaited<ReturnType<typeof startInstallation>>): Promise<string> {
  const folder = join(at.dataDir, 'uploads', organization);
  await mkdir(folder, { recursive: true });
  const archive = join(folder, `${upload}.tar.gz`);
  await writeFile(archive, 'an archive');
  await at.database.pool.query(
    `insert into uploads (id, organization_id, state, bytes, files, sha256, created_by) values ($1, $2, 'stored', 10, 1, 'x', 'usr_1')`,
    [upload, organization],
  );
  return archive;
}

test('an upload whose archive is gone or cannot be read fails the backup, and is named', async () => {
  const at = await startInstallation();
  const archive = await addUpload(at);
  expect((await at.make()).total.files).toBe(1);
  const before = await readdir(at.kept);
  await rm(archive);
  const fault = { code: 'BACKUP_UPLOAD_UNREADABLE', message: expect.stringContaining(upload) };
  await expect(at.make()).rejects.toMatchObject(fault);
  // It can be opened, and not be read: whatever the user is.
  await mkdir(archive);
  await expect(at.make()).rejects.toMatchObject(fault);
  expect(await readdir(at.kept)).toEqual(before);
  expect(await readdir(at.work)).toEqual([]);
});

test('an upload that another server keeps is left out and named; the rest is backed up', async () => {
  const at = await startInstallation();
  await rm(await addUpload(at));
  const from = (folderId: string) => at.database.pool.query('update uploads set folder_id = $1', [folderId]);
  await from('dir_elsewhere');
  const lines: string[] = [];
  const made = await at.maker.make(at.store, signal, (line) => void lines.push(line));
  const why = `The archive of the upload ${upload} lies in the data folder of another server.`;
  expect(made).toMatchObject({ missing: [why], total: { files: 0 } });
  expect(lines).toContain(`not in this backup: ${why}`);

  const empty = await at.bed.database();
  const dataDir = await mkdtemp(join(tmpdir(), 'davit-restored-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  await writeFile(join(dataDir, 'root-key'), at.bed.rootKey.toString('base64'), { mode: 0o600 });
  const environment = { DATA_DIR: dataDir, DATABASE_URL: empty.connectionString };
  const restored = await runAdmin('restore', environment, { file: join(at.kept, made.name) });
  expect(restored).toMatchObject({ exitCode: 0, text: expect.stringContaining(`Not in the backup: ${why}`) });

  // Of this folder's own, it is lost.
  await writeFile(join(at.dataDir, 'uploads.id'), 'dir_elsewhere', { mode: 0o600 });
  await expect(at.make()).rejects.toMatchObject({ code: 'BACKUP_UPLOAD_UNREADABLE' });
});

test('an upload that is removed while a backup is made is left out', async () => {
  const at = await startInstallation();
  const archive = await addUpload(at);
  // As the hourly cleanup: the file goes before the row says so.
  const cleaner = await at.database.pool.connect();
  await cleaner.query('begin');
  await cleaner.query(`update uploads set state = 'removed' where id = $1`, [upload]);
  await rm(archive);
  const made = at.make();
  await waitUntil('the backup waits for who removes the upload', async () => {
    const { rows } = await at.database.pool.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length > 0 || undefined;
  });
  await cleaner.query('commit');
  cleaner.release();
  expect((await made).total.files).toBe(0);
});

test('of a backup that was killed nothing is left; one that is being made is left alone', {
  timeout: 120_000,
}, async () => {
  const at = await startInstallation();
  const { pool } = at.database;
  await pool.query(
    `insert into runs (id, organization_id, kind, subject, state, timeout_ms, run_at)
     values ('run_1', $1, 'deployment.create', 'svc_1', 'queued', 1000, now());
     `.replace('$1', `'${organization}'`),
  );
  await pool.query(
    `insert into run_output (run_id, seq, at, step, stream, content)
     select 'run_1', n, now(), 'build', 'stdout', repeat(md5(n::text), 8) from generate_series(1, 80000) n`,
  );
  const whole = await at.make();
  const environment = { DATA_DIR: at.dataDir, DATABASE_URL: at.database.connectionString };
  const killed = await runAdmin('backup', environment, { to: `${at.kept}/` }, /^run_output/);
  expect(killed.exitCode).toBe(null);
  expect(await readdir(at.work)).toHaveLength(1);
  await writeFile(join(at.kept, `${whole.name}.partial`), 'killed while it was put');
  await writeFile(join(at.kept, 'theirs.partial'), '');
  // As a server does when it starts.
  await at.maker.tidy(at.store, signal);
  expect(await readdir(at.work)).toEqual([]);
  expect((await readdir(at.kept)).toSorted()).toEqual([whole.name, 'theirs.partial'].toSorted());

  let seen: string[] = [];
  const line = async () => {
    await at.maker.tidy(at.store, signal);
    seen = await readdir(at.work);
  };
  // Another machine, which sees neither the folder nor its lock, but the same bucket.
  const elsewhere = await mkdtemp(join(tmpdir(), 'davit-elsewhere-'));
  onTestFinished(() => rm(elsewhere, { recursive: true }));
  const currentRootKey = async () => at.bed.rootKey;
  const other = createBackupMaker({ pool, dataDir: elsewhere, version: '1.2.3', currentRootKey });
  let cleared = 0;
  const bucket = { ...at.store, removeUnfinished: async () => void cleared++ };
  await other.tidy(bucket, signal);
  expect(cleared).toBe(1);
  await other.make({ ...at.store, put: () => at.maker.tidy(bucket, signal) }, signal, () => {});
  expect(cleared).toBe(1);

  const slow = { ...at.store, put: line };
  await at.maker.make(slow, signal, () => {});
  expect(seen).toHaveLength(1);
  expect(await readdir(at.work)).toEqual([]);
});
