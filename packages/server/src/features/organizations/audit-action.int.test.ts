import { readdir, readFile } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import { auditActionOf } from './audit-action.ts';

const database = await createTestDatabase();
afterAll(() => database[Symbol.asyncDispose]());

/** Operations that have had a name of another form since they came, which was after the migration. */
const laterExceptions: ReadonlySet<string> = new Set(['testRegistryCredential']);

/** The migration that names what was recorded before. */
async function renaming(): Promise<string> {
  const folder = new URL('../../../migrations/', import.meta.url);
  const name = (await readdir(folder)).find((file) => file.endsWith('-audit-action.sql')) ?? '';
  return await readFile(new URL(name, folder), 'utf8');
}

test('what was recorded by the name of its operation is found by the name that such a deed has now', async () => {
  const document = await readFile(new URL('../../../../api/openapi.json', import.meta.url), 'utf8');
  const { paths } = JSON.parse(document) as { paths: Record<string, Record<string, { operationId: string }>> };
  const operations = Object.values(paths)
    .flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
    .filter((operationId) => !laterExceptions.has(operationId));
  const before = [...operations, 'stack-update.approve', 'member.remove'];
  for (const [index, action] of before.entries()) {
    await database.pool.query(
      `insert into audit_log (id, actor_kind, action, result, details) values ($1, 'system', $2, 'done', '{}')`,
      [`aud_${String(index).padStart(4, '0')}`, action],
    );
  }
  await database.pool.query(await renaming());
  const { rows } = await database.pool.query<{ action: string }>('select action from audit_log order by id');
  expect(rows.map(({ action }) => action)).toEqual([
    ...operations.map(auditActionOf),
    'stack_update.approve',
    'member.remove',
  ]);
  // Once more it changes nothing.
  await database.pool.query(await renaming());
  expect((await database.pool.query('select action from audit_log order by id')).rows).toEqual(rows);
});
