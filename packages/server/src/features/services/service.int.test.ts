import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createTestResources, type ProblemAnswer, type TestResources } from '../../../test/support/test-resources.ts';
import type { Service } from './index.ts';

let database: TestDatabase;
let api: TestResources;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await createTestResources(database);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

let count = 0;
let projectId: string;
let name: string;
beforeEach(async () => {
  name = `web-${++count}`;
  projectId = (await api.createProject(`project-${count}`)).id;
});

const create = (fields: object = {}) => api.createService(projectId, { name, ...fields });
const tryCreate = (fields: object = {}) => api.call('POST', `/v1/projects/${projectId}/services`, { name, ...fields });
const update = (service: Service, fields: object) => api.must<Service>('PATCH', `/v1/services/${service.id}`, fields);
const tryUpdate = (service: Service, fields: object) => api.call('PATCH', `/v1/services/${service.id}`, fields);
const git = (url: string, fields: object = {}) => ({ source: { type: 'git', url, ...fields } });

describe('a service', () => {
  test('has everything that is not named at its default, and a host name', async () => {
    expect(await create()).toMatchObject({
      kind: 'web',
      url: `http://${name}.example.org`,
      source: { type: 'upload', rootFolder: '' },
      hasSourceCredential: false,
      settings: { replicas: 1, port: null, build: { timeoutMinutes: 30 }, restart: { policy: 'always' } },
      desiredState: 'running',
      activeReleaseId: null,
    });
    expect((await create({ name: 'queue', kind: 'worker' })).url).toBeNull();
  });

  test('is changed field by field; what is absent stays', async () => {
    const service = await create({ settings: { replicas: 3, healthCheck: { path: '/up' } } });
    await update(service, { settings: { healthCheck: { timeoutSeconds: 5 }, processes: { mailer: 2 } } });
    const changed = await update(service, { name: `${name}-new`, settings: { processes: { clock: 1 } } });
    expect(changed).toMatchObject({
      name: `${name}-new`,
      url: service.url,
      settings: { replicas: 3, healthCheck: { path: '/up', timeoutSeconds: 5 } },
    });
    expect(changed.settings.processes).toEqual({ clock: 1 });
  });

  test('has a name of its own in its environment, also when two ask at once', async () => {
    const both = await Promise.all([tryCreate(), tryCreate()]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    const other = await create({ name: `${name}-b` });
    expect(await tryUpdate(other, { name })).toMatchObject({ status: 409, body: { code: 'SERVICE_NAME_TAKEN' } });
  });

  test('is answered again to the creation that made it, and to no other', async () => {
    const { id } = await create({ creationKey: 'stack a' });
    expect((await create({ creationKey: 'stack a', settings: { replicas: 2 } })).id).toBe(id);
    expect(await tryCreate({ creationKey: 'stack b' })).toMatchObject({ body: { code: 'SERVICE_NAME_TAKEN' } });
    expect(await tryCreate()).toMatchObject({ body: { code: 'SERVICE_NAME_TAKEN' } });
    // One that is being deleted is as good as gone.
    await database.pool.query(`update services set desired_state = 'deleted' where id = $1`, [id]);
    expect((await tryCreate({ creationKey: 'stack a' })).status).toBe(409);
  });

  test('is found in the list of its project by name and environment', async () => {
    const { id } = await create();
    await create({ name: 'other' });
    const list = (query: string) =>
      api.must<{ items: Service[] }>('GET', `/v1/projects/${projectId}/services?${query}`, undefined, 'viewer');
    expect((await list(`name=${name}`)).items.map((service) => service.id)).toEqual([id]);
    expect((await list('environmentId=env_none')).items).toEqual([]);
    expect((await list('limit=1')).items).toMatchObject([{ name: 'other' }]);
  });

  test('lives in an environment of its project', async () => {
    const { environments } = await api.createProject(`project-${count}-other`);
    expect(await tryCreate({ environmentId: environments[0]?.id })).toMatchObject({
      status: 404,
      body: { code: 'ENVIRONMENT_NOT_FOUND' },
    });
  });

  test('that is being deleted is not changed any more', async () => {
    const service = await create();
    await database.pool.query(`update services set desired_state = 'deleted' where id = $1`, [service.id]);
    expect(await tryUpdate(service, { settings: {} })).toMatchObject({ body: { code: 'SERVICE_BEING_DELETED' } });
  });
});

describe('the host name of a service', () => {
  const labelOf = (service: Service) => new URL(service.url ?? '').hostname.replace('.example.org', '');

  test('is its own on the whole platform, also when many ask at once', async () => {
    const projects = await Promise.all([1, 2, 3, 4].map((each) => api.createProject(`race-${count}-${each}`)));
    const services = await Promise.all(projects.map(({ id }) => api.createService(id, { name })));
    const labels = services.map(labelOf);
    expect(new Set(labels).size).toBe(4);
    expect(labels).toContain(name);
  });

  test('names the environment, and is a valid label however long the names are', async () => {
    const kind = 'staging';
    const long = 'e'.repeat(40);
    const labels: string[] = [];
    for (let each = 0; each < 2; each++) {
      const project = await api.createProject(`long-${count}-${each}`);
      const environment = await api.must<{ id: string }>('POST', `/v1/projects/${project.id}/environments`, {
        name: long,
        kind,
      });
      const fields = { name: 's'.repeat(40), environmentId: environment.id };
      labels.push(labelOf(await api.createService(project.id, fields)));
    }
    for (const label of labels) expect(label).toMatch(/^s{40}-e+(-\d+)?$/);
    expect(Math.max(...labels.map((label) => label.length))).toBeLessThanOrEqual(63);
    expect(labels[0]).not.toBe(labels[1]);
  });

  /** As everybody may: a project and a service in it, of the organization of `who`. */
  async function createAs(who: 'developer' | 'stranger'): Promise<Service> {
    const project = await api.must<{ id: string }>('POST', '/v1/projects', { name: `again-${++count}` }, who);
    return await api.must('POST', `/v1/projects/${project.id}/services`, { name }, who);
  }
  const forget = (id: string) => database.pool.query('delete from services where id = $1', [id]);

  test('is never given to another organization once its service is gone, and to its own again', async () => {
    const former = await create();
    await forget(former.id);
    expect(labelOf(await createAs('stranger'))).toMatch(new RegExp(`^${name}-\\d+$`));
    const next = await createAs('developer');
    expect(labelOf(next)).toBe(name);
    await forget(next.id);
    expect(labelOf(await createAs('stranger'))).not.toBe(name);
  });

  test('stays nobody’s when its organization goes with all that it has', async () => {
    const { rows } = await database.pool.query<{ id: string }>(
      `insert into organizations (id, name) values ('org_short', 'Short') returning id`,
    );
    await database.pool.query(
      `with project as (insert into projects (id, organization_id, name) values ('prj_short', $1, 'short')),
         environment as (insert into environments (id, organization_id, project_id, name, kind)
           values ('env_short', $1, 'prj_short', 'production', 'production'))
       insert into services (id, organization_id, project_id, environment_id, name, kind, host_label, source, settings)
       values ('svc_short', $1, 'prj_short', 'env_short', $2, 'web', $2, '{}', '{}')`,
      [rows[0]?.id, name],
    );
    await database.pool.query(`delete from organizations where id = 'org_short'`);
    expect(labelOf(await createAs('developer'))).not.toBe(name);
    expect(labelOf(await createAs('stranger'))).not.toBe(name);
  });

  test('is kept for its organization when the service gets another, and not when its deletion is undone', async () => {
    const { id } = await create();
    await database.pool.query('update services set host_label = $2 where id = $1', [id, `${name}-renamed`]);
    expect(labelOf(await createAs('stranger'))).not.toBe(name);
    const undone = database.db.transaction().execute(async (trx) => {
      await trx.deleteFrom('services').where('id', '=', id).execute();
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    const retired = await database.db
      .selectFrom('retiredHostLabels')
      .select(['hostLabel', 'organizationId'])
      .where('hostLabel', 'like', `${name}%`)
      .execute();
    expect(retired).toEqual([{ hostLabel: name, organizationId: api.organizationId }]);
  });
});

describe('settings', () => {
  test.each([
    [{ settings: { port: 8080 } }, 'SERVICE_PORT_UNSUPPORTED', '/settings/port'],
    [
      { settings: { build: { dockerfilePath: 'Dockerfile' } } },
      'SERVICE_DOCKERFILE_UNSUPPORTED',
      '/settings/build/dockerfilePath',
    ],
    [{ settings: { schedule: '0 3 * * *' } }, 'SERVICE_SCHEDULE_MISSING', '/settings/schedule'],
    [{ settings: { replicas: 51 } }, 'INVALID_INPUT', '/settings/replicas'],
    [{ settings: { healthCheck: { path: 'up' } } }, 'INVALID_INPUT', '/settings/healthCheck/path'],
    [{ settings: { build: { watchPaths: ['../x'] } } }, 'INVALID_INPUT', '/settings/build/watchPaths/0'],
    [{ settings: { replica: 2 } }, 'INVALID_INPUT', '/settings/replica'],
    [{ source: { type: 'upload', rootFolder: '/etc' } }, 'INVALID_INPUT', '/source/rootFolder'],
  ])('%j are refused when they are written first and later, naming the field', async (fields, code, pointer) => {
    const service = await create({ name: `${name}-plain` });
    for (const { status, body } of [await tryCreate(fields), await tryUpdate(service, fields)]) {
      expect(status).toBe(400);
      expect((body as ProblemAnswer).code).toBe(code);
      expect((body as ProblemAnswer).errors.map((error) => error.pointer)).toEqual([pointer]);
    }
  });

  test('name the header that is refused, and what is wrong with it', async () => {
    const { body } = await tryCreate({ settings: { responseHeaders: { 'Content-Length': '5', 'X-Fine': 'yes' } } });
    expect((body as ProblemAnswer).errors).toEqual([
      {
        pointer: '/settings/responseHeaders/Content-Length',
        detail: 'is a field that davit or the application must set itself',
      },
    ]);
  });

  test('of a cron service have a schedule that comes again', async () => {
    expect(await tryCreate({ kind: 'cron' })).toMatchObject({ body: { code: 'SERVICE_SCHEDULE_MISSING' } });
    for (const schedule of ['often', '0 0 30 2 *', '']) {
      const { body } = await tryCreate({ kind: 'cron', settings: { schedule } });
      expect((body as ProblemAnswer).errors).toMatchObject([{ pointer: '/settings/schedule' }]);
    }
    const service = await create({ kind: 'cron', settings: { schedule: '*/5 * * * *' } });
    expect(await tryUpdate(service, { settings: { schedule: null } })).toMatchObject({
      body: { code: 'SERVICE_SCHEDULE_MISSING' },
    });
  });
});

describe('a source', () => {
  const first = 'https://git.example.org/first.git';
  const second = 'https://git.example.org/second.git';
  const sourceCredential = { kind: 'token', token: 'glpat-very-secret' };
  const open = (service: Service, url: string) =>
    api.services.openSourceCredential(api.organizationId, service.id, url);

  test.each([
    [git('file:///etc')],
    [git('ext::sh -c id')],
    [git('--upload-pack=x')],
    [git('https://git.example.org/x', { reference: { branch: '--force' } })],
    [git('https://git.example.org/x', { reference: { branch: 'main', tag: 'v1' } })],
  ])('%j is refused when it is written first and later', async (fields) => {
    const service = await create({ name: `${name}-plain` });
    for (const answer of [await tryCreate(fields), await tryUpdate(service, fields)]) expect(answer.status).toBe(400);
  });

  test('keeps its credential encrypted and shows it to nobody', async () => {
    const service = await create({ ...git(first), sourceCredential });
    const seen = await api.must('GET', `/v1/services/${service.id}`);
    expect(seen).toMatchObject({ hasSourceCredential: true });
    expect(JSON.stringify(seen)).not.toContain('glpat');
    const { rows } = await database.pool.query<{ secret: Buffer }>(
      'select source_secret as secret from services where id = $1',
      [service.id],
    );
    expect(rows[0]?.secret.toString('latin1')).not.toContain('glpat');
    expect(await open(service, first)).toEqual(sourceCredential);
  });

  test('that points elsewhere loses the credential of the one before', async () => {
    const service = await create({ ...git(first), sourceCredential });
    const branch = { reference: { branch: 'main' } };
    expect((await update(service, git(first, branch))).hasSourceCredential).toBe(true);
    expect((await update(service, git(second))).hasSourceCredential).toBe(false);
    expect((await update(service, { ...git(first), sourceCredential })).hasSourceCredential).toBe(true);
    expect((await update(service, { source: { type: 'upload' } })).hasSourceCredential).toBe(false);
    await update(service, { ...git(first), sourceCredential });
    expect((await update(service, { sourceCredential: null })).hasSourceCredential).toBe(false);
  });

  test('gives a deployment of its former URL nothing of the new one’s credential', async () => {
    const service = await create(git(first));
    await update(service, { ...git(second), sourceCredential });
    expect(await open(service, first)).toBeUndefined();
    expect(await open(service, second)).toEqual(sourceCredential);
  });
});

describe('who may', () => {
  test('a viewer and a read token look, and change nothing', async () => {
    const { id } = await create();
    for (const who of ['viewer', 'reader'] as const) {
      expect((await api.call('GET', `/v1/services/${id}`, undefined, who)).status).toBe(200);
      expect((await api.call('PATCH', `/v1/services/${id}`, { name: 'x' }, who)).status).toBe(403);
      expect((await api.call('POST', `/v1/projects/${projectId}/services`, { name: 'x' }, who)).status).toBe(403);
    }
  });

  test('another organization finds nothing of it', async () => {
    const { id } = await create();
    for (const [method, body] of [['GET'], ['PATCH', { name: 'x' }]] as const) {
      expect((await api.call(method, `/v1/services/${id}`, body, 'stranger')).status).toBe(404);
    }
    expect((await api.call('POST', `/v1/projects/${projectId}/services`, { name: 'x' }, 'stranger')).status).toBe(404);
  });
});
