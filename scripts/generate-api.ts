/**
 * Writes packages/api/openapi.json from the server's own routes, and the types of the client from that. With `--check` it
 * writes nothing and fails when the files are not what the routes make. Needs no database and no agent: the server is put
 * together, never started.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAgentClient } from '@davit/agent/client';
import { pino } from 'pino';
import { createApp } from '../packages/server/src/app.ts';
import { loadConfig } from '../packages/server/src/config/config.ts';
import { version } from '../packages/server/src/kernel/version.ts';
import { createDatabase } from '../packages/server/src/platform/db/database.ts';

const packageFolder = fileURLToPath(new URL('../packages/api/', import.meta.url));
const documentFile = join(packageFolder, 'openapi.json');
const typesFile = join(packageFolder, 'src', 'openapi.gen.d.ts');

async function readDocument(dataDir: string): Promise<string> {
  const agent = createAgentClient({ socketPath: join(dataDir, 'no-agent.sock') });
  // Connects when it is first used, which is never.
  const database = createDatabase({
    connectionString: 'postgres://nobody@127.0.0.1:1/none',
    maxConnections: 1,
    minConnections: 0,
    maxLifetimeSeconds: 60,
  });
  const app = await createApp({
    // There is no database here that could be asked whether services are containers.
    config: loadConfig({ DATA_DIR: dataDir, RUNTIME: 'process' }),
    secrets: { jwtSecret: 'unused-by-the-document'.repeat(2), rootKey: Buffer.alloc(32) },
    database,
    agent,
    agentLooks: agent,
    proxyPort: 4080,
    hostEnvironment: {},
    logger: pino({ level: 'silent' }),
    version,
    ownerName: 'generate-api',
  });
  try {
    const answer = await app.server.inject('/openapi.json');
    return `${JSON.stringify(answer.json(), null, 2)}\n`;
  } finally {
    await app.server.close();
    await agent.close();
    await database.close();
  }
}

/** openapi-typescript needs a TypeScript of its own, older than the house's: it runs as a program, from its package. */
async function writeTypes(document: string, outFile: string): Promise<void> {
  const manifest = createRequire(join(packageFolder, 'package.json')).resolve('openapi-typescript/package.json');
  const program = join(manifest, '..', 'bin', 'cli.js');
  await promisify(execFile)(
    process.execPath,
    [program, document, '--output', outFile, '--default-non-nullable=false'],
    { cwd: packageFolder },
  );
}

async function main(check: boolean): Promise<void> {
  const folder = await mkdtemp(join(check ? tmpdir() : packageFolder, '.generate-'));
  try {
    const fresh = { document: join(folder, 'openapi.json'), types: join(folder, 'openapi.gen.d.ts') };
    await writeFile(fresh.document, await readDocument(folder));
    await writeTypes(fresh.document, fresh.types);
    const pairs = [
      [fresh.document, documentFile],
      [fresh.types, typesFile],
    ] as const;
    for (const [made, kept] of pairs) {
      if (!check) await rename(made, kept);
      else if ((await readFile(made, 'utf8')) !== (await readFile(kept, 'utf8').catch(() => ''))) {
        console.error(`${kept} is not what the server's routes make: node scripts/generate-api.ts`);
        process.exitCode = 1;
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main(process.argv.includes('--check'));
