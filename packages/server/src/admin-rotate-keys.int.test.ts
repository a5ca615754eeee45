import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addOrganization } from '../test/support/backup-bed.ts';
import { runAdmin } from '../test/support/run-admin.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/test-database.ts';
import { loadConfig } from './config/config.ts';
import { findRootKeys } from './config/secret-files.ts';
import { checkRootKey, rootKeyId } from './platform/crypto/root-key.ts';
import { createSecretBox, type SecretBox } from './platform/crypto/secret-box.ts';

let database: TestDatabase;
let dataDir: string;
let environment: Record<string, string>;
const first = Buffer.alloc(32, 1);
const organizations = 700;

/** As a server that was started before the change, and read no key yet. */
function serverOfThen(): SecretBox {
  const config = loadConfig({ HOME: '/', ...environment });
  return createSecretBox({ db: database.db, rootKey: first, findRootKeys: () => findRootKeys(config) });
}

async function secretOf(box: SecretBox, name: string): Promise<string> {
  const { rows } = await database.pool.query<{ value: Buffer }>('select value from variables where id = $1', [
    `var_${name}`,
  ]);
  const place = { organizationId: `org_${name}`, table: 'variables', column: 'value', rowId: `var_${name}` };
  return String(await box.open(database.db, place, rows[0]?.value ?? Buffer.alloc(0)));
}

async function keyIds(): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    'select distinct root_key_id as id from organization_keys order by 1',
  );
  return rows.map(({ id }) => id);
}

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'davit-rotate-'));
  environment = { DATA_DIR: dataDir, DATABASE_URL: database.connectionString };
  await writeFile(join(dataDir, 'root-key'), first.toString('base64'), { mode: 0o600 });
  for (let number = 0; number < organizations; number++) await addOrganization(database, first, `n${number}`);
}, 120_000);
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

test('a change of the root key that is killed in the middle goes on with the same new key, while servers run', async () => {
  const server = serverOfThen();
  const killed = await runAdmin('rotate-keys', environment, {}, /^100 keys/);
  expect(killed.exitCode).toBeNull();
  const next = await readFile(join(dataDir, 'root-key.next'), 'utf8');
  expect(await keyIds()).toHaveLength(2);
  // Half way: both kinds of secrets open for who runs, and nobody starts.
  for (const name of ['n0', `n${organizations - 1}`])
    expect(await secretOf(server, name)).toContain(`secret of ${name}`);
  await expect(checkRootKey(database.db, first)).rejects.toMatchObject({ code: 'ROOT_KEY_CHANGE_UNFINISHED' });

  const done = await runAdmin('rotate-keys', environment);
  expect(done).toMatchObject({ exitCode: 0, value: { formerKeyId: rootKeyId(first) } });
  expect(done.value?.['wrapped']).toBeLessThan(organizations);
  expect(await readFile(join(dataDir, 'root-key'), 'utf8')).toBe(next);
  expect((await stat(join(dataDir, 'root-key'))).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).not.toContain('root-key.next');
  const second = Buffer.from(next.trim(), 'base64');
  expect(await keyIds()).toEqual([rootKeyId(second)]);
  await checkRootKey(database.db, second);
  expect(Buffer.from(await readFile(join(dataDir, `root-key.${rootKeyId(first)}`), 'utf8'), 'base64')).toEqual(first);
});

test('a server of before reads and writes secrets by the new key without a restart', async () => {
  const server = serverOfThen();
  expect(await secretOf(server, 'n5')).toContain('secret of n5');
  await database.pool.query(`insert into organizations (id, name) values ('org_new', 'new')`);
  const place = { organizationId: 'org_new', table: 'variables', column: 'value', rowId: 'var_new' };
  const sealed = await server.seal(database.db, place, 'of after');
  expect(String(await server.open(database.db, place, sealed))).toBe('of after');
  expect(await keyIds()).toHaveLength(1);
});

test('a root key from the environment is not changed, and it is said what to do', async () => {
  const given = { ...environment, ROOT_KEY: Buffer.alloc(32, 3).toString('hex') };
  const { exitCode, code, hint } = await runAdmin('rotate-keys', given);
  expect([exitCode, code, hint]).toEqual([1, 'ROOT_KEY_IN_ENVIRONMENT', expect.stringContaining('ROOT_KEY_FILE')]);
});
