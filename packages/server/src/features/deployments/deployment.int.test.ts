import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createIdleApp, type IdleApp } from '../../../test/support/idle-app.ts';
import { tar } from '../../../test/support/tar.ts';
import type { SignedInAnswer } from '../../../test/support/test-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

let database: TestDatabase;
let app: IdleApp;
let owner: SignedInAnswer;
let stranger: SignedInAnswer;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await createIdleApp(database);
  owner = await app.register('owner@example.org');
  stranger = await app.register('stranger@example.org');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

let count = 0;
let projectId: string;
let serviceId: string;
beforeEach(async () => {
  projectId = (await must<{ id: string }>('POST', '/v1/projects', { name: `project-${++count}` })).id;
  serviceId = await create({ name: `web-${count}` });
});

const call = (method: string, path: string, body?: object) => app.call(method, path, body, owner.accessToken);
const must = <T = object>(method: string, path: string, body?: object) =>
  app.must<T>(method, path, body, owner.accessToken);
const create = async (fields: object) =>
  (await must<{ id: string }>('POST', `/v1/projects/${projectId}/services`, fields)).id;
const ask = (what: string, body: object = {}) => call('POST', `/v1/services/${serviceId}/${what}`, body);
const git = { type: 'git', url: 'https://git.example.org/shop.git' };

async function addUpload(who: SignedInAnswer): Promise<string> {
  const archive = await tar({ name: 'main.js', content: '1' });
  return (await app.must<{ id: string }>('POST', '/v1/uploads', archive, who.accessToken)).id;
}

/** A release that serves, as an earlier run leaves it. */
async function release(id = serviceId): Promise<void> {
  await database.pool.query(
    `with run as (
       insert into runs (id, organization_id, kind, subject, state, reason, finished_at, timeout_ms)
       values ($1 || '-run', $2, 'deployment.create', $1, 'succeeded', 'Done.', now(), 1) returning id
     ), deployment as (
       insert into deployments (id, organization_id, service_id, run_id, number, trigger, source, release_id)
       select $1 || '-dep', $2, $1, id, 1, 'deploy', '{}', null from run returning id
     )
     insert into releases (id, organization_id, service_id, deployment_id, state, artifact, settings, variables)
     select $1 || '-rel', $2, $1, id, 'active', 'null', '{}', '' from deployment`,
    [id, owner.organization.id],
  );
  await database.pool.query(
    `update services set active_release_id = $1 || '-rel', next_cron_at = now() where id = $1`,
    [id],
  );
}
async function queued(kind: string) {
  const { rows } = await database.pool.query<{ id: string; input: object; state: string }>(
    `select id, input, state from runs where subject = $1 and kind = $2 and state = 'queued' order by position`,
    [serviceId, kind],
  );
  return rows;
}
async function serviceRow(id = serviceId) {
  const { rows } = await database.pool.query<{ desired: string; nextCronAt: Date | null }>(
    `select desired_state as desired, next_cron_at as "nextCronAt" from services where id = $1`,
    [id],
  );
  return rows[0];
}

describe('a deployment', () => {
  test('is of an upload: the one that is named, else that of the deployment before', async () => {
    expect(await ask('deploy')).toMatchObject({ status: 409, body: { code: 'SERVICE_HAS_NO_SOURCE' } });
    const uploadId = await addUpload(owner);
    expect(await ask('deploy', { uploadId })).toMatchObject({ status: 202, body: { number: 1, status: 'queued' } });
    expect(await ask('deploy')).toMatchObject({ status: 202, body: { number: 2, status: 'queued' } });
    const { items } = await must<{ items: object[] }>('GET', `/v1/services/${serviceId}/deployments`);
    expect(items).toMatchObject([
      { number: 2, status: 'queued' },
      { number: 1, status: 'superseded' },
    ]);
  });

  test('is of nobody else’s upload', async () => {
    const uploadId = await addUpload(stranger);
    expect(await ask('deploy', { uploadId })).toMatchObject({ status: 404, body: { code: 'UPLOAD_NOT_FOUND' } });
  });

  test('is of what its service is fed by', async () => {
    const reference = { branch: 'main' };
    expect(await ask('deploy', { reference })).toMatchObject({ body: { code: 'DEPLOYMENT_REFERENCE_UNEXPECTED' } });
    serviceId = await create({ name: `git-${count}`, source: git });
    const uploadId = await addUpload(owner);
    expect(await ask('deploy', { uploadId })).toMatchObject({ body: { code: 'DEPLOYMENT_UPLOAD_UNEXPECTED' } });
    expect((await ask('deploy', { reference: { branch: '--upload-pack=x' } })).status).toBe(400);
    expect(await ask('deploy', { reference })).toMatchObject({ status: 202 });
  });

  test('gets numbers without gap or double, also when many ask at once', async () => {
    const uploadId = await addUpload(owner);
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => ask('deploy', { uploadId })));
    expect(answers.map(({ body }) => Number(body.number)).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
    expect(await queued('deployment.create')).toHaveLength(1);
  });

  test('of another service is nothing to roll back to, nor is one that never served', async () => {
    await release();
    const other = await create({ name: `other-${count}` });
    const foreign = await call('POST', `/v1/services/${other}/rollback/${serviceId}-dep`);
    expect(foreign).toMatchObject({ status: 404, body: { code: 'DEPLOYMENT_NOT_FOUND' } });
    expect(await ask(`rollback/${serviceId}-dep`)).toMatchObject({
      body: { code: 'DEPLOYMENT_NOT_ROLLBACK_CANDIDATE' },
    });
  });
});

describe('a service', () => {
  test.each(['restart', 'scale', 'stop'])('that was never deployed has nothing to %s', async (what) => {
    expect(await ask(what)).toMatchObject({ status: 409, body: { code: 'SERVICE_NEVER_DEPLOYED' } });
  });

  test('that is scaled twice in a row does what both asked for', async () => {
    await release();
    for (const scale of [{ replicas: 3, processes: { mailer: 2 } }, { processes: { clock: 0 } }, { replicas: 4 }])
      expect((await ask('scale', scale)).status).toBe(202);
    const processes = { mailer: 2, clock: 0 };
    expect(await queued('service.scale')).toMatchObject([{ input: { serviceId, replicas: 4, processes } }]);
  });

  test('with a schedule that is stopped forgets its next time, so that it is not made up for later', async () => {
    serviceId = await create({ name: `cron-${count}`, kind: 'cron', settings: { schedule: '* * * * *' } });
    await release();
    expect((await ask('stop')).status).toBe(202);
    expect(await serviceRow()).toEqual({ desired: 'stopped', nextCronAt: null });
    await ask('restart');
    expect(await serviceRow()).toEqual({ desired: 'running', nextCronAt: null });
  });

  test('that is deleted ends what waits, takes nothing new, and may be deleted again', async () => {
    const uploadId = await addUpload(owner);
    await ask('deploy', { uploadId });
    for (let each = 0; each < 2; each++) expect((await call('DELETE', `/v1/services/${serviceId}`)).status).toBe(202);
    expect(await queued('deployment.create')).toEqual([]);
    expect(await queued('service.delete')).toHaveLength(1);
    for (const [what, body] of [['deploy', { uploadId }], ['restart'], ['scale', { replicas: 2 }], ['stop']] as const)
      expect(await ask(what, body)).toMatchObject({ status: 409, body: { code: 'SERVICE_BEING_DELETED' } });
  });
});

test('another organization finds nothing of it, and changes nothing', async () => {
  await release();
  const service = `/v1/services/${serviceId}`;
  const requests: [string, string, object?][] = [
    ['POST', `${service}/deploy`, {}],
    ['POST', `${service}/restart`],
    ['POST', `${service}/stop`],
    ['POST', `${service}/scale`, { replicas: 9 }],
    ['POST', `${service}/rollback/${serviceId}-dep`],
    ['DELETE', service],
    ['GET', `${service}/deployments`],
    ['GET', `${service}/rollback-candidates`],
    ['GET', `${service}/instances`],
    ['GET', `${service}/logs`],
    ['GET', `/v1/deployments/${serviceId}-dep`],
    ['POST', `/v1/deployments/${serviceId}-dep/cancel`],
  ];
  for (const [method, path, body] of requests) {
    const { status } = await app.call(method, path, body, stranger.accessToken);
    expect(status, `${method} ${path}`).toBe(404);
  }
  expect((await serviceRow())?.desired).toBe('running');
});
