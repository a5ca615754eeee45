import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { listTables, quoteName } from '../../src/platform/backup/database-shape.ts';
import { openBackup } from '../../src/platform/backup/read-backup.ts';
import { type RestoreOptions, restoreBackup } from '../../src/platform/backup/restore-backup.ts';
import { type BackupExtra, type WrittenBackup, writeBackup } from '../../src/platform/backup/write-backup.ts';
import { createSecretBox } from '../../src/platform/crypto/secret-box.ts';
import { readMigrations } from '../../src/platform/db/migrate.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** Databases and a folder for backups between them. */
export interface BackupBed extends AsyncDisposable {
  rootKey: Buffer;
  folder: string;
  /** A migrated one that nobody has used. */
  database(): Promise<TestDatabase>;
  backUp(from: TestDatabase, path: string, extras?: BackupExtra[]): Promise<WrittenBackup>;
  restore(into: TestDatabase, path: string, options?: Partial<RestoreOptions>): ReturnType<typeof restoreBackup>;
}

/** One connection that looks like an operator's command. */
export async function withAdminClient<T>(database: TestDatabase, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: database.connectionString, application_name: 'davit admin' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export async function createBackupBed(): Promise<BackupBed> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-backup-'));
  const rootKey = randomBytes(32);
  const databases: TestDatabase[] = [];
  return {
    rootKey,
    folder,
    async database() {
      const database = await createTestDatabase();
      databases.push(database);
      return database;
    },
    backUp: (from, path, extras = []) =>
      withAdminClient(from, (client) =>
        writeBackup({
          client,
          rootKey,
          path,
          id: 'bak_test',
          installation: 'dav_test',
          version: '1.2.3',
          listExtras: async () => extras,
          explainUnreadable: async (_extra, cause) => cause,
        }),
      ),
    async restore(into, path, options = {}) {
      const migrations = options.migrations ?? (await readMigrations());
      const backup = await openBackup(path, { rootKey: options.rootKey ?? rootKey, migrations });
      const placeOf = (name: string) => (name.startsWith('uploads/') ? join(folder, 'restored', name) : undefined);
      return await withAdminClient(into, (client) =>
        restoreBackup({ client, backup, rootKey, migrations, placeOf, adapt: async () => {}, ...options }),
      );
    },
    async [Symbol.asyncDispose]() {
      for (const database of databases) await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An organization with a project, an environment, a service and a secret that is sealed by the root key. */
export async function addOrganization(database: TestDatabase, rootKey: Buffer, name: string): Promise<void> {
  const { db, pool } = database;
  const organizationId = `org_${name}`;
  await pool.query('insert into organizations (id, name) values ($1, $2)', [organizationId, name]);
  await pool.query('insert into projects (id, organization_id, name) values ($1, $2, $3)', [
    `prj_${name}`,
    organizationId,
    name,
  ]);
  await pool.query(
    `insert into environments (id, organization_id, project_id, name, kind) values ($1, $2, $3, 'production', 'production')`,
    [`env_${name}`, organizationId, `prj_${name}`],
  );
  const place = { organizationId, table: 'variables', column: 'value', rowId: `var_${name}` };
  const value = await createSecretBox({ db, rootKey }).seal(db, place, `secret of ${name}\t\\N\n`);
  await pool.query(
    `insert into variables (id, organization_id, environment_id, name, value) values ($1, $2, $3, 'TOKEN', $4)`,
    [`var_${name}`, organizationId, `env_${name}`, value],
  );
}

/** What is in each table, in an order of its own: two databases with the same answer hold the same. */
export async function digestsOf(database: TestDatabase): Promise<Record<string, string>> {
  return await withAdminClient(database, async (client) => {
    const digests: Record<string, string> = {};
    for (const { name } of await listTables(client)) {
      const { rows } = await client.query<{ digest: string }>(
        `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as digest
         from ${quoteName(name)} t`,
      );
      digests[name] = rows[0]?.digest ?? '';
    }
    return digests;
  });
}
