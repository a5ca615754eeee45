import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createAuditLog } from './audit-log.ts';
import { removeOldPlatformAudit } from './audit-retention.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('what is in no organization’s log is removed when it is old, however much it is; the logs of organizations stay', async () => {
  const { db, pool } = database;
  const audit = createAuditLog({ db });
  await db.insertInto('organizations').values({ id: 'org_1', name: 'Acme' }).execute();
  const refused = { principal: null, action: 'auth.login', result: 'refused', address: '192.0.2.1' } as const;
  for (const organizationId of [null, 'org_1']) await audit.record({ ...refused, organizationId });
  await pool.query(
    `insert into audit_log (id, organization_id, actor_kind, action, result, at)
     select 'aud_' || n || coalesce(o, ''), o, 'anonymous', 'auth.register', 'refused', now() - interval '100 days'
     from generate_series(1, 2500) n, unnest(array[null, 'org_1']) o`,
  );
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
  expect(await removeOldPlatformAudit(db, daysAgo(101))).toBe(0);
  expect(await removeOldPlatformAudit(db, daysAgo(99))).toBe(2500);
  expect(await audit.list(null, 10, undefined)).toMatchObject([{ action: 'auth.login' }]);
  const { rows } = await pool.query('select organization_id, count(*)::int from audit_log group by 1 order by 1');
  expect(rows).toEqual([
    { organization_id: 'org_1', count: 2501 },
    { organization_id: null, count: 1 },
  ]);
});
