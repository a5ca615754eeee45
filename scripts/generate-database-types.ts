/**
 * Writes the types of the migrated database into packages/server/src/platform/db/database.gen.d.ts.
 * With `--check` it writes nothing and fails when the file is not what the migrations make.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createDatabase } from '../packages/server/src/platform/db/database.ts';
import { databaseUrl, startTestPostgres, TEMPLATE } from '../packages/server/test/support/test-postgres.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const generated = join(root, 'packages/server/src/platform/db/database.gen.d.ts');

async function generate(connectionString: string, outFile: string): Promise<void> {
  const argv = [
    join(root, 'node_modules/kysely-codegen/dist/cli/bin.js'),
    '--dialect=postgres',
    // The password stays out of the argument list, which every user of the machine can read.
    '--url=env(DATABASE_URL)',
    '--camel-case',
    '--exclude-pattern=schema_migrations',
    '--type-mapping={"int8":"number"}',
    `--out-file=${outFile}`,
  ];
  await promisify(execFile)(process.execPath, argv, {
    cwd: root,
    env: { PATH: process.env.PATH, DATABASE_URL: connectionString },
  });
}

/** A clone of the template that may be connected to. */
async function cloneTemplate(connectionString: string): Promise<string> {
  const server = createDatabase({ connectionString, maxConnections: 1, minConnections: 0, maxLifetimeSeconds: 60 });
  await server.pool.query(`create database generate template ${TEMPLATE}`);
  await server.close();
  return databaseUrl(connectionString, 'generate');
}

async function main(check: boolean): Promise<void> {
  const folder = await mkdtemp(join(check ? tmpdir() : join(generated, '..'), '.generate-'));
  const postgres = await startTestPostgres();
  try {
    const fresh = join(folder, 'database.gen.d.ts');
    await generate(await cloneTemplate(postgres.connectionString), fresh);
    if (!check) {
      await rename(fresh, generated);
    } else if ((await readFile(fresh, 'utf8')) !== (await readFile(generated, 'utf8'))) {
      console.error(
        'The types of the database are not those of the migrations: node scripts/generate-database-types.ts',
      );
      process.exitCode = 1;
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await main(process.argv.includes('--check'));
