import type { Db, Tx } from '../../platform/db/database.ts';

export interface UserRow {
  id: string;
  email: string;
  name: string;
}

/** Whether anybody has an account yet. */
export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
}

export async function findUserByEmail(
  db: Db,
  email: string,
): Promise<(UserRow & { passwordHash: string }) | undefined> {
  return await db
    .selectFrom('users')
    .select(['id', 'email', 'name', 'passwordHash'])
    .where('email', '=', email)
    .executeTakeFirst();
}

export async function findUser(db: Db, id: string): Promise<UserRow | undefined> {
  return await db.selectFrom('users').select(['id', 'email', 'name']).where('id', '=', id).executeTakeFirst();
}

/** False when the address is taken. */
export async function insertUser(trx: Tx, user: UserRow & { passwordHash: string }): Promise<boolean> {
  const row = await trx
    .insertInto('users')
    .values(user)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Also locked, so that of two changes of a password the second is judged by what the first left. */
export async function lockUser(trx: Tx, id: string): Promise<(UserRow & { passwordHash: string }) | undefined> {
  return await trx
    .selectFrom('users')
    .select(['id', 'email', 'name', 'passwordHash'])
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

export async function updateUser(
  trx: Tx,
  id: string,
  changes: { name: string } | { passwordHash: string },
): Promise<void> {
  await trx.updateTable('users').set(changes).where('id', '=', id).execute();
}
