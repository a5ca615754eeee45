import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addOrganization,
  type BackupBed,
  createBackupBed,
  digestsOf,
  withAdminClient,
} from '../../../test/support/backup-bed.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { beginRewrap, checkRootKey } from '../crypto/root-key.ts';
import { createSecretBox } from '../crypto/secret-box.ts';
import { applyMigration, lockMigrations, readApplied, readMigrations } from '../db/migrate.ts';
import type { WrittenBackup } from './write-backup.ts';

let bed: BackupBed;
let source: TestDatabase;
let path: string;
let written: WrittenBackup;

beforeAll(async () => {
  bed = await createBackupBed();
  source = await bed.database();
  for (const name of ['one', 'two', 'three']) await addOrganization(source, bed.rootKey, name);
  await source.pool.query(`select nextval('runs_position_seq') from generate_series(1, 42)`);
  // What must outlive its organization, too.
  await source.pool.query(`insert into retired_host_labels (host_label, organization_id) values ('gone', 'org_gone')`);
  path = join(bed.folder, 'good');
  written = await bed.backUp(source, path);
});
afterAll(() => bed[Symbol.asyncDispose]());

test('what was backed up is what is restored: every row, every sequence, and secrets that open', async () => {
  const target = await bed.database();
  const total = await bed.restore(target, path);
  expect(total).toEqual(written.total);
  const restored = await digestsOf(target);
  expect(restored).toEqual(await digestsOf(source));
  expect(restored['organizations']).toMatch(/^3 /);
  expect(restored['retired_host_labels']).toMatch(/^1 /);
  const { rows } = await target.pool.query<{ next: number }>(`select nextval('runs_position_seq') as next`);
  expect(rows[0]?.next).toBe(43);
  const variable = await target.pool.query<{ value: Buffer }>(`select value from variables where id = 'var_two'`);
  const place = { organizationId: 'org_two', table: 'variables', column: 'value', rowId: 'var_two' };
  const box = createSecretBox({ db: target.db, rootKey: bed.rootKey });
  expect(String(await box.open(target.db, place, variable.rows[0]?.value ?? Buffer.alloc(0)))).toBe(
    'secret of two\t\\N\n',
  );
});

test('the database that was restored has the same rules: keys are checked, triggers act', async () => {
  const target = await bed.database();
  await bed.restore(target, path);
  const orphan = target.pool.query(`insert into projects (id, organization_id, name) values ('prj_x', 'org_x', 'x')`);
  await expect(orphan).rejects.toMatchObject({ code: '23503' });
  const shape = `select (select count(*) from pg_constraint where contype = 'f') || ' ' ||
    (select count(*) from pg_trigger where not tgisinternal and tgenabled = 'O') as shape`;
  const shapes = [await target.pool.query(shape), await source.pool.query(shape)].map(({ rows }) => rows[0]);
  expect(shapes[0]).toEqual(shapes[1]);
});

test('only its owner can read the file, and no secret is in it in the clear', async () => {
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const bytes = await readFile(path);
  const head = bytes.indexOf('\n', bytes.indexOf('\n') + 1) + 1;
  const content = gunzipSync(bytes.subarray(head, -32)).toString('latin1');
  expect(content).toContain('org_two');
  expect(content).not.toContain('secret of two');
  expect(content).not.toContain(bed.rootKey.toString('hex'));
  expect(bytes.toString('latin1', 0, head)).toContain(written.header.rootKeyId);
});

test('files beside the database come back where they were', async () => {
  const file = join(bed.folder, 'archive');
  await writeFile(file, Buffer.alloc(300_000, 7));
  const withFile = join(bed.folder, 'with-file');
  await bed.backUp(source, withFile, [{ path: 'uploads/a.tar.gz', file }]);
  const target = await bed.database();
  expect((await bed.restore(target, withFile)).files).toBe(1);
  expect(await readFile(join(bed.folder, 'restored', 'uploads/a.tar.gz'))).toEqual(Buffer.alloc(300_000, 7));
});

test('a backup that is made while others write is of one moment', async () => {
  const busy = await bed.database();
  await addOrganization(busy, bed.rootKey, 'first');
  const stopped = new AbortController();
  let count = 0;
  // Each transaction writes to a table that is copied early, and to one that is copied late.
  const writer = (async () => {
    while (!stopped.signal.aborted) {
      const id = `usr_${count++}`;
      await busy.pool.query(
        `with u as (insert into users (id, email, name, password_hash) values ($1, $2, 'n', 'h') returning id)
         insert into audit_log (id, actor_kind, action, subject, result) select 'aud' || id, 'system', 'x', id, 'done' from u`,
        [id, `${id}@example.com`],
      );
    }
  })();
  const counts: number[] = [];
  try {
    for (let round = 0; round < 3; round++) {
      const file = join(bed.folder, `busy-${round}`);
      await bed.backUp(busy, file);
      const target = await bed.database();
      await bed.restore(target, file);
      const { rows } = await target.pool.query<{ users: number; entries: number }>(
        `select (select count(*) from users) as users, (select count(*) from audit_log) as entries`,
      );
      expect(rows[0]?.entries).toBe(rows[0]?.users);
      counts.push(rows[0]?.users ?? 0);
    }
  } finally {
    stopped.abort();
    await writer;
  }
  expect(counts[2]).toBeGreaterThan(counts[0] ?? 0);
});

test('a backup of an older schema is brought to that of now', async () => {
  const all = await readMigrations();
  const old = all.filter(({ name }) => name < '20261121150000');
  expect(old.length).toBeLessThan(all.length);
  const older = await bed.database();
  await withAdminClient(older, async (client) => {
    await client.query('drop schema public cascade; create schema public; begin');
    await lockMigrations(client);
    await readApplied(client);
    for (const migration of old) await applyMigration(client, migration);
    await client.query(
      `insert into users (id, email, name, password_hash) values ('usr_1', 'first@example.com', 'First', 'hash');
       insert into organizations (id, name) values ('org_1', 'One'); commit`,
    );
  });
  // The key that a server of that time would have had.
  await checkRootKey(older.db, bed.rootKey);
  const file = join(bed.folder, 'older');
  await bed.backUp(older, file);
  const target = await bed.database();
  await bed.restore(target, file);
  const { rows } = await target.pool.query('select user_id from platform_operators');
  expect(rows).toEqual([{ user_id: 'usr_1' }]);
  const applied = await target.pool.query('select name from schema_migrations order by name');
  expect(applied.rows.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
});

describe('refused, with nothing written:', () => {
  let target: TestDatabase;
  let before: Record<string, string>;
  beforeAll(async () => {
    target = await bed.database();
    before = await digestsOf(target);
  });

  async function refusal(file: string, options = {}): Promise<{ code: string; message: string }> {
    const thrown = await bed.restore(target, file, options).then(
      () => ({ code: 'RESTORED', message: '' }),
      (error: { code: string; message: string }) => error,
    );
    expect(await digestsOf(target)).toEqual(before);
    return thrown;
  }

  test('another root key', async () => {
    expect(await refusal(path, { rootKey: Buffer.alloc(32, 1) })).toMatchObject({ code: 'BACKUP_OF_ANOTHER_KEY' });
  });

  test('a file that was cut, anywhere', async () => {
    const { size } = await stat(path);
    for (const length of [size - 1, Math.floor(size / 2), 600]) {
      const cut = join(bed.folder, `cut-${length}`);
      await writeFile(cut, await readFile(path));
      await truncate(cut, length);
      expect(['BACKUP_FILE_DAMAGED', 'BACKUP_FILE_UNREADABLE']).toContain((await refusal(cut)).code);
    }
  });

  test('a byte that was changed, anywhere', async () => {
    const bytes = await readFile(path);
    for (const share of [0.3, 0.6, 0.9, 1]) {
      const changed = Buffer.from(bytes);
      const at = Math.min(changed.length - 1, Math.floor(changed.length * share));
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      const file = join(bed.folder, 'changed');
      await writeFile(file, changed);
      expect((await refusal(file)).code).toMatch(/^BACKUP_/);
    }
  });

  test('a file that is none', async () => {
    const file = join(bed.folder, 'none');
    await writeFile(file, 'hello');
    expect(await refusal(file)).toMatchObject({ code: 'BACKUP_FILE_UNREADABLE' });
    expect(await refusal(join(bed.folder, 'nowhere'))).toMatchObject({ code: 'BACKUP_FILE_UNREADABLE' });
  });

  test('a backup of a newer davit', async () => {
    const migrations = (await readMigrations()).slice(0, -1);
    const { code, message } = await refusal(path, { migrations });
    expect([code, message]).toEqual(['BACKUP_NEWER_THAN_CODE', expect.stringContaining('davit 1.2.3')]);
  });

  test('an installation that is in use', async () => {
    await source.pool.query('select 1');
    expect(await bed.restore(source, path).catch((error: unknown) => error)).toMatchObject({
      code: 'RESTORE_SERVER_RUNS',
    });
    await target.pool.query(`insert into organizations (id, name) values ('org_mine', 'Mine')`);
    // The pool's own connection must not be taken for a server.
    await target.pool.query(`set application_name = 'a test'`);
    before = await digestsOf(target);
    expect(await refusal(path)).toMatchObject({
      code: 'RESTORE_NOT_EMPTY',
      message: expect.stringContaining('1 organizations'),
    });
  });
});

test('a database with tables of somebody else is not touched', async () => {
  const target = await bed.database();
  await withAdminClient(target, (client) => client.query('create table theirs (id text)'));
  expect(await bed.restore(target, path).catch((error: unknown) => error)).toMatchObject({
    code: 'RESTORE_NOT_EMPTY',
    message: expect.stringContaining('theirs'),
  });
});

test('a database that is half way to another root key is not backed up', async () => {
  const busy = await bed.database();
  await addOrganization(busy, bed.rootKey, 'first');
  await beginRewrap(busy.db, bed.rootKey, Buffer.alloc(32, 9));
  const file = join(bed.folder, 'half');
  expect(await bed.backUp(busy, file).catch((error: unknown) => error)).toMatchObject({
    code: 'ROOT_KEY_CHANGE_UNFINISHED',
  });
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
});
