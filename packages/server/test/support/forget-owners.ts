import { sql } from 'kysely';
import type { TestDatabase } from './test-database.ts';

/** Makes an installation one that nobody has claimed: a server that is started on it then makes a claim token. */
export async function forgetOwners({ db }: TestDatabase): Promise<void> {
  await sql`truncate users, organizations cascade`.execute(db);
}
