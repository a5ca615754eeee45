import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import type { RootKind, RuntimeInstance } from '../../adapters/runtime/runtime.ts';
import { createServiceCheck } from './service-check.ts';
import { createServiceHealth } from './service-health.ts';

const signal = AbortSignal.timeout(60_000);
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`
    insert into organizations (id, name) values ('org_1', 'Acme');
    insert into projects (id, organization_id, name) values ('prj_1', 'org_1', 'shop');
    insert into environments (id, organization_id, project_id, name, kind)
      values ('env_1', 'org_1', 'prj_1', 'production', 'production')`);
});
afterAll(() => database[Symbol.asyncDispose]());

/** One with an active release of one instance. */
async function addService(name: string, { kind = 'folder', desiredState = 'running' } = {}): Promise<void> {
  const artifact = { kind, processes: [{ name: 'web', argv: ['node'] }] };
  const id = `svc_${name}`;
  await database.pool.query(
    `with service as (
       insert into services (id, organization_id, project_id, environment_id, name, kind, source, settings, desired_state)
         values ($1, 'org_1', 'prj_1', 'env_1', $2, 'worker', '{}', '{}', $3)
     ), run as (
       insert into runs (id, organization_id, kind, subject, state, reason, finished_at, timeout_ms)
         values ($1 || '-run', 'org_1', 'deployment.create', $1, 'succeeded', 'Done.', now(), 1)
     ), deployment as (
       insert into deployments (id, organization_id, service_id, run_id, number, trigger, source)
         values ($1 || '-dep', 'org_1', $1, $1 || '-run', 1, 'deploy', '{"type":"upload"}')
     )
     insert into releases (id, organization_id, service_id, deployment_id, state, artifact, settings, variables, activated_at)
       values ($1 || '-rel', 'org_1', $1, $1 || '-dep', 'active', $4, '{}', '', now())`,
    [id, name, desiredState, JSON.stringify(artifact)],
  );
  await database.pool.query(`update services set active_release_id = $1 || '-rel' where id = $1`, [id]);
}

const instanceOf = (name: string, fields: Partial<RuntimeInstance> = {}): RuntimeInstance => ({
  id: `${name}-0`,
  labels: {
    serviceId: `svc_${name}`,
    releaseId: `svc_${name}-rel`,
    deploymentId: '',
    process: 'web',
    ordinal: 0,
    generation: 0,
  },
  state: 'running',
  address: null,
  startedAt: new Date(0).toISOString(),
  restarts: 0,
  lastExit: null,
  ...fields,
});

const healthOf = (list: (kind: RootKind) => Promise<RuntimeInstance[]>) =>
  createServiceHealth({ db: database.db, list: (kind) => list(kind) });

test('services that should run and do not are named with the reason and what to do, what nobody can see is counted', async () => {
  await addService('well');
  await addService('resting', { desiredState: 'stopped' });
  const well = healthOf(async () => [instanceOf('well')]);
  expect(await well.look(signal)).toEqual({ running: 1, unknown: 0, troubled: [] });
  expect(await createServiceCheck(well.look)(signal)).toMatchObject([{ state: 'ok' }]);

  await addService('circling');
  await addService('gone');
  await addService('contained', { kind: 'image' });
  await database.pool.query(`insert into service_faults (service_id, organization_id, code, message, hint)
    values ('svc_gone', 'org_1', 'IMAGE_GONE', 'The image is gone.', 'Deploy the service again.')`);
  const circling = instanceOf('circling', { state: 'backing-off', restarts: 3, lastExit: 'exited with code 1' });
  const ill = healthOf(async (kind) => {
    if (kind === 'image') throw new Error('the engine is away');
    return [instanceOf('well'), circling];
  });
  expect(await ill.look(signal)).toMatchObject({
    running: 1,
    unknown: 1,
    troubled: [{ name: 'circling' }, { name: 'gone' }],
  });
  expect(await createServiceCheck(ill.look)(signal)).toMatchObject([
    {
      state: 'fail',
      title: 'Service gone of shop (Acme)',
      detail: expect.stringContaining('The image is gone.'),
      mend: 'Deploy the service again.',
    },
    {
      state: 'warn',
      title: 'Service circling of shop (Acme)',
      detail: 'It is started again and again. exited with code 1.',
      mend: expect.stringContaining('log'),
    },
    { state: 'warn', detail: expect.stringContaining('Whether 1 run is not known') },
  ]);
});

test('a long list of them is cut, and says how many there are', async () => {
  const { troubled } = await healthOf(async () => []).look(signal);
  const [one] = troubled;
  if (one === undefined) throw new Error('none');
  const many = { running: 0, unknown: 0, troubled: Array.from({ length: 25 }, () => one) };
  const findings = await createServiceCheck(async () => many)(signal);
  expect(findings).toHaveLength(11);
  expect(findings.at(-1)).toMatchObject({ detail: '15 more do not run.' });
});
