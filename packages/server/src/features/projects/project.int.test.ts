import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createTestResources, type ProblemAnswer, type TestResources } from '../../../test/support/test-resources.ts';

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
let name: string;
let project: Awaited<ReturnType<TestResources['createProject']>>;
beforeEach(async () => {
  name = `project-${++count}`;
  project = await api.createProject(name);
});

const url = () => `/v1/projects/${project.id}`;
const statusesOf = (answers: { status: number }[]) => answers.map(({ status }) => status).toSorted((a, b) => a - b);

describe('a project', () => {
  test('comes with a production environment, and is found, described and renamed', async () => {
    expect(project.environments).toMatchObject([{ name: 'production', kind: 'production', projectId: project.id }]);
    await api.must('PATCH', url(), { description: 'Our shop' });
    await api.must('PATCH', url(), { name: `${name}-new` });
    expect(await api.must('GET', url(), undefined, 'viewer')).toMatchObject({
      name: `${name}-new`,
      description: 'Our shop',
    });
  });

  test.each(['', 'Shop', 'a b', '-a', 'a-', 'ä', 'a.b', 'x'.repeat(41)])('cannot be named %j', async (wrong) => {
    for (const answer of [
      await api.call('POST', '/v1/projects', { name: wrong }),
      await api.call('PATCH', url(), { name: wrong }),
      await api.call('POST', `${url()}/environments`, { name: wrong }),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/name' }] } });
    }
  });

  test('has a name of its own in its organization, also when two ask at once', async () => {
    const both = await Promise.all([1, 2].map(() => api.call('POST', '/v1/projects', { name: `${name}-race` })));
    expect(statusesOf(both)).toEqual([201, 409]);
    expect(await api.call('PATCH', url(), { name: `${name}-race` })).toMatchObject({
      status: 409,
      body: { code: 'PROJECT_NAME_TAKEN' },
    });
    expect((await api.call('POST', '/v1/projects', { name }, 'stranger')).status).toBe(201);
  });

  test('is answered again to the creation that made it, and to no other', async () => {
    const made = { name: `${name}-keyed`, creationKey: 'stack a' };
    const first = await api.must<{ id: string }>('POST', '/v1/projects', made);
    expect((await api.must<{ id: string }>('POST', '/v1/projects', made)).id).toBe(first.id);
    for (const other of [{ ...made, creationKey: 'stack b' }, { name: made.name }]) {
      expect((await api.call('POST', '/v1/projects', other)).status).toBe(409);
    }
    const environment = { name: 'test', creationKey: 'stack a' };
    const twice = [1, 2].map(() => api.must<{ id: string }>('POST', `${url()}/environments`, environment));
    expect(new Set((await Promise.all(twice)).map(({ id }) => id)).size).toBe(1);
    expect((await api.call('POST', `${url()}/environments`, { name: 'test' })).status).toBe(409);
    // Another organization's creation of the same key is another one.
    expect((await api.call('POST', '/v1/projects', made, 'stranger')).body).not.toMatchObject({ id: first.id });
  });

  test('that was made a day ago belongs to no creation any more', async () => {
    const made = { name: `${name}-old`, creationKey: 'stack a' };
    await api.must('POST', '/v1/projects', made);
    await database.pool.query(`update projects set created_at = now() - interval '25 hours' where name = $1`, [
      made.name,
    ]);
    expect((await api.call('POST', '/v1/projects', made)).status).toBe(409);
  });

  test('refuses fields that it does not know, naming each', async () => {
    const { status, body } = await api.call('POST', '/v1/projects', { name: 'x', owner: 'me', descriptio: 'n' });
    expect(status).toBe(400);
    expect((body as ProblemAnswer).errors.map(({ pointer }) => pointer)).toEqual(['/owner', '/descriptio']);
  });

  test('is listed newest first, in pages', async () => {
    const first = await api.must<{ items: { id: string }[]; nextCursor: string }>('GET', '/v1/projects?limit=1');
    expect(first.items).toMatchObject([{ id: project.id, environments: [{ name: 'production' }] }]);
    const next = await api.must<typeof first>('GET', `/v1/projects?limit=1&cursor=${first.nextCursor}`);
    expect(next.items[0]?.id).not.toBe(project.id);
  });

  test('is deleted by an admin, once it has no services', async () => {
    await api.createService(project.id, { name: 'web' });
    expect((await api.call('DELETE', url())).status).toBe(403);
    expect(await api.call('DELETE', url(), undefined, 'owner')).toMatchObject({ body: { code: 'PROJECT_NOT_EMPTY' } });
    await database.pool.query('delete from services where project_id = $1', [project.id]);
    expect((await api.call('DELETE', url(), undefined, 'owner')).status).toBe(204);
    expect((await api.call('GET', url())).status).toBe(404);
  });

  test('and a service that are deleted and created at once leave no service without a project', async () => {
    const [deleted, created] = await Promise.all([
      api.call('DELETE', url(), undefined, 'owner'),
      api.call('POST', `${url()}/services`, { name: 'web' }),
    ]);
    expect([
      [204, 404],
      [409, 201],
    ]).toContainEqual([deleted.status, created.status]);
  });
});

describe('an environment', () => {
  test('is added with a kind, under a name of its own, also when two ask at once', async () => {
    const add = () => api.call('POST', `${url()}/environments`, { name: 'staging' });
    const both = await Promise.all([add(), add()]);
    expect(statusesOf(both)).toEqual([201, 409]);
    const { items } = await api.must<{ items: object[] }>('GET', `${url()}/environments`, undefined, 'viewer');
    expect(items).toMatchObject([{ name: 'production' }, { name: 'staging', kind: 'staging' }]);
  });

  test('is not deleted while it is the last or has services', async () => {
    const last = `${url()}/environments/${project.environments[0]?.id}`;
    expect(await api.call('DELETE', last, undefined, 'owner')).toMatchObject({ body: { code: 'ENVIRONMENT_LAST' } });
    const { id } = await api.must<{ id: string }>('POST', `${url()}/environments`, { name: 'staging' });
    await api.createService(project.id, { name: 'web', environmentId: id });
    const answer = await api.call('DELETE', `${url()}/environments/${id}`, undefined, 'owner');
    expect(answer).toMatchObject({ status: 409, body: { code: 'ENVIRONMENT_NOT_EMPTY' } });
    expect((await api.call('DELETE', last, undefined, 'owner')).status).toBe(204);
  });

  test('is left when two delete the last two at once', async () => {
    const added = await api.must<{ id: string }>('POST', `${url()}/environments`, { name: 'staging' });
    // Holds the project, so that both are under way before either is done.
    const holder = await database.pool.connect();
    await holder.query('begin');
    await holder.query('select from projects where id = $1 for update', [project.id]);
    const both = Promise.all(
      [project.environments[0]?.id, added.id].map((id) =>
        api.call('DELETE', `${url()}/environments/${id}`, undefined, 'owner'),
      ),
    );
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await expect.poll(async () => (await database.pool.query(waiting)).rowCount).toBe(2);
    await holder.query('commit');
    holder.release();
    expect(statusesOf(await both)).toEqual([204, 409]);
  });

  test('of another project is not found', async () => {
    const other = await api.createProject(`${name}-other`);
    const foreign = `${url()}/environments/${other.environments[0]?.id}`;
    expect(await api.call('DELETE', foreign, undefined, 'owner')).toMatchObject({
      status: 404,
      body: { code: 'ENVIRONMENT_NOT_FOUND' },
    });
  });
});

describe('cloud resources inside', () => {
  let inside: string;
  beforeEach(async () => {
    const { id } = await api.must<{ id: string }>('POST', `${url()}/environments`, { name: 'staging' });
    inside = id;
    await database.pool.query(
      `insert into cloud_resources
         (id, organization_id, environment_id, kind, name, manifest, stack_organization, stack_project, stack_name, passphrase)
       select $1, organization_id, id, 'AwsS3Bucket', 'pictures', '{}', 'o', 'p', $1, '' from environments where id = $2`,
      [`res_${name}`, id],
    );
  });
  const remove = (path: string) => api.call('DELETE', path, undefined, 'owner');
  const names = expect.stringContaining('AwsS3Bucket/pictures') as string;

  test('keep their environment and their project: what they made would be left behind', async () => {
    expect(await remove(`${url()}/environments/${inside}`)).toMatchObject({
      status: 409,
      body: { code: 'ENVIRONMENT_HAS_RESOURCES', detail: names },
    });
    expect(await remove(url())).toMatchObject({ status: 409, body: { code: 'PROJECT_HAS_RESOURCES', detail: names } });
    const { environments } = await api.must<{ environments: object[] }>('GET', url());
    expect(environments).toHaveLength(2);
  });

  test.each(['environment', 'project'])(
    'that were deleted hold no %s, and are kept with their updates',
    async (what) => {
      await database.pool.query('update cloud_resources set deleted_at = now() where id = $1', [`res_${name}`]);
      expect((await remove(what === 'project' ? url() : `${url()}/environments/${inside}`)).status).toBe(204);
      const { rows } = await database.pool.query('select environment_id from cloud_resources where id = $1', [
        `res_${name}`,
      ]);
      expect(rows).toEqual([{ environment_id: null }]);
    },
  );
});

describe('who may', () => {
  const writes = (): [string, string, object | undefined][] => [
    ['POST', '/v1/projects', { name: 'x' }],
    ['PATCH', url(), { description: 'x' }],
    ['DELETE', url(), undefined],
    ['POST', `${url()}/environments`, { name: 'x' }],
    ['DELETE', `${url()}/environments/${project.environments[0]?.id}`, undefined],
  ];

  test('a viewer and a read token look, and change nothing', async () => {
    for (const who of ['viewer', 'reader'] as const) {
      expect((await api.call('GET', url(), undefined, who)).status).toBe(200);
      for (const [method, path, body] of writes()) {
        expect((await api.call(method, path, body, who)).status, `${who} ${method} ${path}`).toBe(403);
      }
    }
  });

  test('another organization finds nothing of it', async () => {
    const reads = [
      ['GET', url()],
      ['GET', `${url()}/environments`],
      ['GET', `${url()}/services`],
    ] as const;
    for (const [method, path, body] of [...writes().slice(1), ...reads]) {
      expect((await api.call(method, path, body, 'stranger')).status, `${method} ${path}`).toBe(404);
    }
    const { items } = await api.must<{ items: { id: string }[] }>('GET', '/v1/projects', undefined, 'stranger');
    expect(items.map(({ id }) => id)).not.toContain(project.id);
  });

  test('every write is in the audit log, done or failed', async () => {
    await api.must('PATCH', url(), { description: 'x' });
    await api.call('PATCH', url(), { name: 'Not A Name' });
    await expect
      .poll(async () => (await api.audited('project.update')).filter(({ subject }) => subject === project.id))
      .toMatchObject([{ result: 'done' }, { result: 'failed', details: { status: 400 } }]);
  });
});
