import type { Db, Tx } from '../../platform/db/database.ts';
import type { Operator } from './operator.ts';

/** Whether a user operates the installation: whoever claimed it, and whom an operator appointed. */
export async function isOperator(db: Db, userId: string): Promise<boolean> {
  const row = await db.selectFrom('platformOperators').select('userId').where('userId', '=', userId).executeTakeFirst();
  return row !== undefined;
}

/** Whether the user was none before. */
export async function insertOperator(trx: Tx, userId: string): Promise<boolean> {
  const row = await trx
    .insertInto('platformOperators')
    .values({ userId })
    .onConflict((conflict) => conflict.column('userId').doNothing())
    .returning('userId')
    .executeTakeFirst();
  return row !== undefined;
}

const operators = (db: Db) =>
  db
    .selectFrom('platformOperators')
    .innerJoin('users', 'users.id', 'platformOperators.userId')
    .select(['users.id as userId', 'users.email', 'users.name', 'platformOperators.createdAt as since'])
    .orderBy('platformOperators.createdAt')
    .orderBy('users.id');

/** All of them, the first one first: an installation has a handful. */
export function listOperators(db: Db): Promise<Operator[]> {
  return operators(db).execute();
}

/** Locked until the transaction ends, so that two who remove each other do not both succeed. */
export async function lockOperators(trx: Tx): Promise<string[]> {
  const rows = await trx.selectFrom('platformOperators').select('userId').orderBy('userId').forUpdate().execute();
  return rows.map(({ userId }) => userId);
}

export async function deleteOperator(trx: Tx, userId: string): Promise<void> {
  await trx.deleteFrom('platformOperators').where('userId', '=', userId).execute();
}

/** One of them. */
export async function findOperator(db: Db, userId: string): Promise<Operator | undefined> {
  return await operators(db).where('users.id', '=', userId).executeTakeFirst();
}
