import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { findSecretFile, readOrCreateSecretFile } from '../../platform/crypto/secret-file.ts';
import { createToken, hashToken } from '../../platform/crypto/token.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import { hasUsers } from './user-store.ts';

const SETTING = 'claim_token';

/** Who may own an empty installation: whoever can read the server's first output or its data folder. */
export interface Claim {
  /**
   * Called once at start. On an installation without accounts the claim token, in `DATA_DIR/claim-token` and for the
   * operator to see; else null. The same token after a restart.
   */
  prepare(): Promise<{ token: string; path: string } | null>;
  /** Whether consume() would succeed now: asked before the costly part of a registration. */
  isValid(token: string): Promise<boolean>;
  /** Uses the token up: false when it is wrong or another registration was first. */
  consume(trx: Tx, token: string): Promise<boolean>;
  /** After the consuming transaction. A crash in between is made good by the next prepare(). */
  removeFile(): Promise<void>;
}

export function createClaim({ db, dataDir }: { db: Db; dataDir: string }): Claim {
  const path = join(dataDir, 'claim-token');
  const removeFile = () => rm(path, { force: true });

  return {
    removeFile,
    async prepare() {
      if (await hasUsers(db)) {
        await removeFile();
        return null;
      }
      // The file comes first: a hash without its token would lock everybody out.
      const token = await readOrCreateSecretFile(path, () => createToken('dvc').text);
      const value = JSON.stringify({ hash: hashToken(token) });
      await db
        .insertInto('platformSettings')
        .values({ name: SETTING, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value, updatedAt: sql`now()` }))
        .execute();
      // Somebody may have claimed between the question and the hash, which must not come back to life.
      if (!(await hasUsers(db))) return { token, path };
      await db.deleteFrom('platformSettings').where('name', '=', SETTING).execute();
      await removeFile();
      return null;
    },
    async isValid(token) {
      const row = await db
        .selectFrom('platformSettings')
        .select('name')
        .where('name', '=', SETTING)
        .where(sql<boolean>`value->>'hash' = ${hashToken(token)}`)
        .executeTakeFirst();
      return row !== undefined;
    },
    async consume(trx, token) {
      const row = await trx
        .deleteFrom('platformSettings')
        .where('name', '=', SETTING)
        .where(sql<boolean>`value->>'hash' = ${hashToken(token)}`)
        .returning('name')
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

/** The claim token that waits in this data folder, for the command line on the same machine. */
export function findClaimToken(dataDir: string): Promise<string | undefined> {
  return findSecretFile(join(dataDir, 'claim-token'));
}
