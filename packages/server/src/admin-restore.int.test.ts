import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addOrganization,
  type BackupBed,
  createBackupBed,
  digestsOf,
  withAdminClient,
} from '../test/support/backup-bed.ts';
import { runAdmin } from '../test/support/run-admin.ts';
import type { TestDatabase } from '../test/support/test-database.ts';

let bed: BackupBed;
let source: TestDatabase;
let sourceDir: string;
let file: string;

async function makeDataDir(rootKey?: Buffer): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'davit-restore-'));
  if (rootKey !== undefined) await writeFile(join(dataDir, 'root-key'), rootKey.toString('base64'), { mode: 0o600 });
  return dataDir;
}

beforeAll(async () => {
  bed = await createBackupBed();
  source = await bed.database();
  await addOrganization(source, bed.rootKey, 'acme');
  // Enough that loading it takes a while, in the table that is loaded before those of sessions and users.
  await source.pool.query(
    `insert into runs (id, organization_id, kind, subject, state, timeout_ms, lease_expires_at, lease_token, started_at)
     values ('run_1', 'org_acme', 'deployment.create', 'svc_1', 'running', 1000, now() + interval '1 hour', 't', now());
     insert into run_output (run_id, seq, at, step, stream, content)
     select 'run_1', n, now(), 'build', 'stdout', repeat(md5(n::text), 8) from generate_series(1, 80000) n`,
  );
  sourceDir = await makeDataDir(bed.rootKey);
  file = join(bed.folder, 'a.davit-backup');
  const environment = { DATA_DIR: sourceDir, DATABASE_URL: source.connectionString };
  const made = await runAdmin('backup', environment, { to: file });
  expect(made).toMatchObject({ exitCode: 0, value: { total: { files: 0 } } });
  // Of what was written on the way nothing stays.
  expect(await readdir(join(sourceDir, 'backup-work'))).toEqual([]);
}, 120_000);
afterAll(async () => {
  await bed[Symbol.asyncDispose]();
  await rm(sourceDir, { recursive: true, force: true });
});

test('a restore that is killed in the middle leaves nothing, and is simply made again', {
  timeout: 120_000,
}, async () => {
  const target = await bed.database();
  const dataDir = await makeDataDir(bed.rootKey);
  try {
    const environment = { DATA_DIR: dataDir, DATABASE_URL: target.connectionString };
    const before = await digestsOf(target);
    const killed = await runAdmin('restore', environment, { file }, /^run_output$/);
    expect([killed.exitCode, killed.value]).toEqual([null, undefined]);
    expect(await digestsOf(target)).toEqual(before);

    const done = await runAdmin('restore', environment, { file });
    expect(done).toMatchObject({ exitCode: 0, value: { canceledRuns: 1, servicesToBuild: 0 } });
    expect(done.text).toContain('Sign in again');
    const kept = await withAdminClient(target, (client) =>
      client.query(
        `select (select count(*)::int from run_output) as lines, (select name from organizations) as name,
           (select cancel_requested_at is not null and lease_expires_at < now() from runs) as canceled,
           (select count(*)::int from audit_log where action = 'platform.restore') as audited`,
      ),
    );
    expect(kept.rows).toEqual([{ lines: 80_000, name: 'acme', canceled: true, audited: 1 }]);
    expect(await runAdmin('restore', environment, { file })).toMatchObject({ exitCode: 1, code: 'RESTORE_NOT_EMPTY' });
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

test.each([
  ['none', undefined, 'ROOT_KEY_MISSING'],
  ['another', Buffer.alloc(32, 5), 'BACKUP_OF_ANOTHER_KEY'],
])('with %s root key nothing is written, not even a key', async (_name, key, code) => {
  const target = await bed.database();
  const dataDir = await makeDataDir(key);
  try {
    const before = await digestsOf(target);
    const environment = { DATA_DIR: dataDir, DATABASE_URL: target.connectionString };
    const refused = await runAdmin('restore', environment, { file });
    expect(refused).toMatchObject({ exitCode: 1, code, hint: expect.stringContaining('root-key') });
    expect(await digestsOf(target)).toEqual(before);
    expect(await readdir(dataDir)).toEqual(key === undefined ? [] : ['root-key']);
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

test('a folder is no backup: whoever names one is told what to name', async () => {
  const dataDir = await makeDataDir();
  try {
    for (const folder of [bed.folder, 's3://bucket/kept/']) {
      const refused = await runAdmin('restore', { DATA_DIR: dataDir }, { file: folder });
      expect(refused).toMatchObject({ exitCode: 2, code: 'ADMIN_USAGE' });
      expect(refused.message).toContain(`"${folder}" is a folder`);
      expect(refused.hint).toContain('.davit-backup');
    }
    expect(await readdir(dataDir)).toEqual([]);
  } finally {
    await rm(dataDir, { recursive: true });
  }
});
