import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { Config } from './config/config.ts';
import { syncFolder } from './platform/crypto/secret-file.ts';
import { databaseErrors } from './platform/db/database-errors.ts';
import { ensureInstallationId } from './platform/db/installation-id.ts';

// The agent ends what the database does not know. So a data folder, beside which the agent keeps what runs, remembers which
// database it belongs to: an empty one, or another one, must not be taken for the wish that nothing runs.

const knownDatabase = z.object({
  id: z.string(),
  place: z.string(),
  /** Where the data folder itself was then; absent in what a davit of before wrote. */
  folder: z.string().optional(),
});
type KnownDatabase = z.output<typeof knownDatabase>;

const fileOf = (dataDir: string) => join(dataDir, 'database.json');

/** Where the database is, without a password. */
export function placeOf({ database, paths }: Pick<Config, 'database' | 'paths'>): string {
  if (database.url === undefined) return join(paths.dataDir, 'postgres');
  const { host, pathname } = new URL(database.url);
  return `${host}${decodeURIComponent(pathname)}`;
}

/** Undefined: no server has used this folder since there is such a file. */
export async function readKnownDatabase(dataDir: string): Promise<KnownDatabase | undefined> {
  const text = await readFile(fileOf(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return knownDatabase.parse(JSON.parse(text));
  } catch {
    // Not to be read is not the same as not there: somebody has to say which one is meant.
    return { id: 'unknown', place: 'a place that cannot be read' };
  }
}

/** From now on this data folder belongs to this database. */
export async function writeKnownDatabase(config: Pick<Config, 'database' | 'paths'>, id: string): Promise<void> {
  const { dataDir } = config.paths;
  const temporary = `${fileOf(dataDir)}.${process.pid}`;
  const content: KnownDatabase = { id, place: placeOf(config), folder: dataDir };
  await writeFile(temporary, `${JSON.stringify(content)}\n`, { mode: 0o644, flush: true });
  await rename(temporary, fileOf(dataDir));
  await syncFolder(dataDir);
}

/** What to do about the wrong database. */
export const hintOf = (dataDir: string) =>
  `Mend DATABASE_URL or mount the disk. If this database is meant, remove the file ${fileOf(dataDir)} and start again: what runs here and is not known to it will be ended.`;

/**
 * Before an embedded PostgreSQL makes a new cluster: a data folder that was used with a database has lost it.
 *
 * @throws AppError DATABASE_NOT_THE_KNOWN
 */
export async function refuseNewCluster(dataDir: string): Promise<void> {
  const known = await readKnownDatabase(dataDir);
  if (known === undefined) return;
  throw databaseErrors.DATABASE_NOT_THE_KNOWN({
    message: `${dataDir} belongs to the database ${known.id} at ${known.place}. None is there now, and an empty one was not made in its place: what runs here goes on.`,
    hint: hintOf(dataDir),
  });
}

/** Once the database is migrated: writes down which one it is, where that is new. */
export async function noteDatabase(config: Config, pool: Pool): Promise<void> {
  const id = await ensureInstallationId(pool);
  const { dataDir } = config.paths;
  const known = await readKnownDatabase(dataDir);
  const isSame = known?.id === id && known.place === placeOf(config) && known.folder === dataDir;
  if (!isSame) await writeKnownDatabase(config, id);
}
