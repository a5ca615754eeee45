import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import type { BuildUse } from '../../adapters/builder/builder.ts';
import { createBuildRetention } from './build-retention.ts';
import { removeOldRuns } from './run-retention.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`
    insert into organizations (id, name) values ('org_1', 'Acme'), ('org_2', 'Other');
    insert into projects (id, organization_id, name) values ('prj_1', 'org_1', 'shop');
    insert into environments (id, organization_id, project_id, name, kind)
      values ('env_1', 'org_1', 'prj_1', 'production', 'production');
    insert into services (id, organization_id, project_id, environment_id, name, kind, source, settings)
      values ('svc_1', 'org_1', 'prj_1', 'env_1', 'web', 'worker', '{}', '{}')`);
});
afterAll(() => database[Symbol.asyncDispose]());

const ids = async (table: string, column = 'id') =>
  (await database.pool.query(`select distinct ${column} as id from ${table} order by 1`)).rows.map(({ id }) => id);

async function addRun(id: string, subject: string, state: string, finishedAt: string | null): Promise<void> {
  await database.pool.query(
    `insert into runs (id, organization_id, kind, subject, state, reason, finished_at, timeout_ms, lease_token)
     values ($1, 'org_1', 'any', $2, $3, case when $4::text is null then null else 'Done.' end, $4::timestamptz, 1,
       case when $3 = 'running' then 'token' end)`,
    [id, subject, state, finishedAt],
  );
  await database.pool.query(
    `insert into run_steps (run_id, name, position, state) values ($1, 'one', 0, 'succeeded')`,
    [id],
  );
}

test('old runs are removed with their steps, but not those of deployments of a service that exists', async () => {
  const old = '2026-01-01';
  await addRun('run_cron', 'svc_1:cron', 'succeeded', old);
  await addRun('run_replaced', 'svc_1:cron', 'superseded', old);
  await database.pool.query(`update runs set superseded_by = 'run_cron' where id = 'run_replaced'`);
  await addRun('run_gone', 'svc_deleted', 'failed', old);
  await addRun('run_recent', 'svc_deleted', 'succeeded', '2026-03-01');
  await addRun('run_now', 'svc_1', 'running', null);
  await addRun('run_kept', 'svc_1', 'succeeded', old);
  await database.pool.query(
    `insert into deployments (id, organization_id, service_id, run_id, number, trigger, source)
     values ('dep_1', 'org_1', 'svc_1', 'run_kept', 1, 'deploy', '{}')`,
  );
  for (let n = 0; n < 250; n++) await addRun(`run_many_${n}`, 'svc_1:cron', 'succeeded', old);
  expect(await removeOldRuns(database.db, new Date('2026-02-01'))).toBe(253);
  expect(await ids('runs')).toEqual(['run_kept', 'run_now', 'run_recent']);
  expect(await ids('run_steps', 'run_id')).toEqual(['run_kept', 'run_now', 'run_recent']);
  expect(await removeOldRuns(database.db, new Date('2026-02-01'))).toBe(0);
});

test('a builder is told what releases still need, and what is being built', async () => {
  await addRun('run_queued', 'svc_2', 'queued', null);
  await database.pool.query(`
    insert into deployments (id, organization_id, service_id, run_id, number, trigger, source)
      values ('dep_2', 'org_1', 'svc_1', 'run_recent', 2, 'deploy', '{}'),
        ('dep_3', 'org_1', 'svc_1', 'run_queued', 3, 'deploy', '{}');
    insert into releases (id, organization_id, service_id, deployment_id, state, artifact, settings, variables,
      artifact_removed_at)
    values ('rel_1', 'org_1', 'svc_1', 'dep_1', 'retired', '{"readable": ["/t/node@20"]}', '{}', '', now()),
      ('rel_2', 'org_1', 'svc_1', 'dep_2', 'active', '{"kind": "folder", "readable": ["/t/node@24"]}', '{}', '', null),
      ('rel_3', 'org_1', 'svc_1', 'dep_3', 'candidate', 'null', '{}', '', null)`);
  const told: BuildUse[] = [];
  const builder = { tidy: async (use: BuildUse) => void told.push(use) };
  await createBuildRetention({ db: database.db, builder }).tidy(new AbortController().signal);
  expect(told).toEqual([
    { artifacts: [{ kind: 'folder', readable: ['/t/node@24'] }], busy: new Set(['svc_1', 'svc_2']) },
  ]);
});
