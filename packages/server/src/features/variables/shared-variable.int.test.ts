import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createTestResources, type TestResources } from '../../../test/support/test-resources.ts';

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

interface Saved {
  name: string;
  warnings: string[];
  references: { serviceId: string | null; name: string; text: string; problem: string | null }[];
}
interface History {
  items: { id: string; name: string; change: string; by: string | null }[];
  nextCursor: string | null;
}

let count = 0;
let projectId: string;
let environmentId: string;
let web: string;
let other: string;
let urls: Record<'service' | 'environment', string>;
beforeEach(async () => {
  const project = await api.createProject(`shared-${++count}`);
  projectId = project.id;
  environmentId = project.environments[0]?.id ?? '';
  web = (await api.createService(projectId, { name: 'web' })).id;
  other = (await api.createService(projectId, { name: 'api' })).id;
  urls = { service: `/v1/services/${web}/env`, environment: `/v1/environments/${environmentId}/env` };
});

const set = (url: string, name: string, value: string) => api.must<Saved>('POST', url, { name, value });
const reveal = async (url: string, name: string) =>
  (await api.must<{ value: string }>('POST', `${url}/${name}/reveal`)).value;
const historyOf = (url: string) => api.must<History>('GET', `${url}/history`, undefined, 'viewer');

const exact = [`it's "quoted" $HOME \${{`, 'line\nbreak\r\n\ttab ', 'ünïcödé 😀 \u202e', ''];

describe.each(['service', 'environment'] as const)('the variables of a %s', (kind) => {
  test('are set, listed without values, changed, replaced and removed', async () => {
    const url = urls[kind];
    await set(url, 'A', 'secret-one');
    await api.must('PATCH', `${url}/A`, { value: 'secret-two' });
    expect(await reveal(url, 'A')).toBe('secret-two');
    const list = await api.must('GET', url, undefined, 'viewer');
    expect(list).toMatchObject({ items: [{ name: 'A', updatedBy: expect.any(String), references: [] }] });
    expect(JSON.stringify(list)).not.toContain('secret');
    await api.must('PUT', url, { dotenv: 'B=1\nC=2' });
    expect(await api.must('POST', `${url}/reveal`, {})).toEqual({ values: { B: '1', C: '2' } });
    expect((await api.call('DELETE', `${url}/B`)).status).toBe(204);
    expect(await api.must('POST', `${url}/reveal`, {})).toEqual({ values: { C: '2' } });
  });

  test.each(exact)('have a history that gives %j back byte for byte', async (value) => {
    const url = urls[kind];
    await set(url, 'EXACT', value);
    await set(url, 'EXACT', 'another');
    await api.call('DELETE', `${url}/EXACT`);
    const { items } = await historyOf(url);
    expect(items.map(({ change }) => change)).toEqual(['deleted', 'updated', 'created']);
    const [removal, change, creation] = items;
    expect(await api.must('POST', `${url}/history/${removal?.id}/restore`)).toMatchObject({ change: 'created' });
    expect(await reveal(url, 'EXACT')).toBe('another');
    expect(await api.must('POST', `${url}/history/${change?.id}/restore`)).toMatchObject({ change: 'updated' });
    expect(await reveal(url, 'EXACT')).toBe(value);
    expect(await api.must('POST', `${url}/history/${change?.id}/restore`)).toMatchObject({ change: null });
    expect(await api.must('POST', `${url}/history/${creation?.id}/restore`)).toMatchObject({ change: 'deleted' });
    expect(await api.must('POST', `${url}/reveal`, {})).toEqual({ values: {} });
  });

  test('have no change in their history for what has its value already', async () => {
    const url = urls[kind];
    await set(url, 'A', '1');
    await set(url, 'A', '1');
    await api.must('PUT', url, { variables: { A: '1', B: '2' } });
    expect((await historyOf(url)).items.map(({ name, change }) => [name, change])).toEqual([
      ['B', 'created'],
      ['A', 'created'],
    ]);
  });

  test('are encrypted in the history too', async () => {
    const url = urls[kind];
    await set(url, 'A', 'plain-to-see');
    await set(url, 'A', 'changed');
    const { rows } = await database.pool.query<{ text: string }>('select t::text as text from variable_changes t');
    const hex = Buffer.from('plain-to-see').toString('hex');
    expect(rows.filter(({ text }) => text.includes('plain-to-see') || text.includes(hex))).toEqual([]);
    expect(rows.length).toBeGreaterThan(1);
  });

  test('are changed and revealed by developers only, and are not there for another organization', async () => {
    const url = urls[kind];
    await set(url, 'A', 'secret');
    const id = (await historyOf(url)).items[0]?.id;
    const reads = ['', '/history', '/references', `/compare?environmentId=${environmentId}`];
    const writes = [
      ['POST', '', { name: 'B', value: 'x' }],
      ['PUT', '', { variables: {} }],
      ['PATCH', '/A', { value: 'x' }],
      ['DELETE', '/A', undefined],
      ['POST', '/A/reveal', undefined],
      ['POST', '/reveal', {}],
      ['POST', `/history/${id}/restore`, undefined],
    ] as const;
    for (const path of reads) {
      expect((await api.call('GET', `${url}${path}`, undefined, 'viewer')).status, path).toBe(200);
      expect((await api.call('GET', `${url}${path}`, undefined, 'stranger')).status, path).toBe(404);
    }
    for (const [method, path, body] of writes) {
      expect((await api.call(method, `${url}${path}`, body, 'viewer')).status, path).toBe(403);
      expect((await api.call(method, `${url}${path}`, body, 'stranger')).status, path).toBe(404);
    }
    expect(await api.must('POST', `${url}/reveal`, {})).toEqual({ values: { A: 'secret' } });
  });

  test('have a history of their own: a change of another owner is not found in it', async () => {
    await set(urls.service, 'A', '1');
    await set(urls.environment, 'A', '1');
    const elsewhere = kind === 'service' ? urls.environment : urls.service;
    const id = (await historyOf(elsewhere)).items[0]?.id;
    expect(await api.call('POST', `${urls[kind]}/history/${id}/restore`)).toMatchObject({
      status: 404,
      body: { code: 'VARIABLE_CHANGE_NOT_FOUND' },
    });
  });
});

describe('references', () => {
  test('are listed with the service they lead to, and are put in when a release is made', async () => {
    await set(`/v1/services/${other}/env`, 'TOKEN', 't-1');
    await set(urls.environment, 'REGION', 'eu');
    const saved = await set(urls.service, 'A', '${{api.DAVIT_PUBLIC_URL}}/${{api.TOKEN}}/${{shared.REGION}}');
    expect(saved.warnings).toEqual([]);
    expect(saved.references).toEqual([
      { serviceId: other, name: 'DAVIT_PUBLIC_URL', text: '${{api.DAVIT_PUBLIC_URL}}', problem: null },
      { serviceId: other, name: 'TOKEN', text: '${{api.TOKEN}}', problem: null },
      { serviceId: null, name: 'REGION', text: '${{shared.REGION}}', problem: null },
    ]);
    const { values } = await api.variables.resolve(api.organizationId, web);
    expect(values).toEqual({ A: expect.stringMatching(/^http:\/\/api.*\.example\.org\/t-1\/eu$/), REGION: 'eu' });
    expect(await api.must('POST', `${urls.service}/reveal`, { resolved: true })).toEqual({ values });
    expect(await api.variables.listReferences(api.organizationId, environmentId)).toEqual({
      toServices: [{ fromServiceId: web, toServiceId: other, variables: ['A'] }],
      toResources: [],
    });
  });

  test('that lead nowhere are saved with a warning, and no release is made of them', async () => {
    const saved = await set(urls.service, 'A', '${{nobody.X}} ${{URL}}');
    expect(saved.warnings).toEqual([
      'A of web refers to ${{nobody.X}}, but this environment has no service "nobody".',
      expect.stringContaining('A has ${{URL}}, which is no reference'),
    ]);
    await expect(api.variables.resolve(api.organizationId, web)).rejects.toMatchObject({
      code: 'VARIABLE_REFERENCE_BROKEN',
      message: saved.warnings[0],
    });
    expect(await api.must('PUT', urls.service, { variables: { A: '${{web.A}}' } })).toMatchObject({
      warnings: ['A of web refers to itself: A of web → A of web.'],
    });
  });

  test('of a service that is being deleted are put into no release, which says what happens to the service', async () => {
    await database.pool.query(`update services set desired_state = 'deleted' where id = $1`, [web]);
    await expect(api.variables.resolve(api.organizationId, web)).rejects.toMatchObject({
      code: 'SERVICE_BEING_DELETED',
    });
  });

  test('can be completed: shared ones, and those of the other services with davit’s own', async () => {
    await set(urls.environment, 'REGION', 'eu');
    await set(`/v1/services/${other}/env`, 'TOKEN', 't-1');
    const { items } = await api.must<{ items: { text: string }[] }>('GET', `${urls.service}/references`);
    const texts = items.map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining(['${{shared.REGION}}', '${{api.TOKEN}}', '${{api.DAVIT_PUBLIC_URL}}']),
    );
    expect(texts.filter((text) => text.includes('web.'))).toEqual([]);
  });

  test('never reach into another environment', async () => {
    const staging = await api.must<{ id: string }>('POST', `/v1/projects/${projectId}/environments`, {
      name: 'staging',
      kind: 'staging',
    });
    await api.createService(projectId, { name: 'only-there', environmentId: staging.id });
    await set(`/v1/environments/${staging.id}/env`, 'THERE', '1');
    const saved = await set(urls.service, 'A', '${{shared.THERE}}');
    expect(saved.warnings).toEqual(['A of web refers to ${{shared.THERE}}, but there is no shared variable THERE.']);
  });
});

test('a service is compared with the one of its name in another environment, without a value being shown', async () => {
  const staging = await api.must<{ id: string }>('POST', `/v1/projects/${projectId}/environments`, {
    name: 'staging',
    kind: 'staging',
  });
  await api.must('PUT', urls.service, { variables: { SAME: 'x', OTHER: 'x', HERE: 'x' } });
  const path = `${urls.service}/compare?environmentId=${staging.id}`;
  expect(await api.must('GET', path)).toMatchObject({ otherServiceId: null });
  const there = (await api.createService(projectId, { name: 'web', environmentId: staging.id })).id;
  await api.must('PUT', `/v1/services/${there}/env`, { variables: { SAME: 'x', OTHER: 'y', THERE: 'x' } });
  expect(await api.must('GET', path)).toEqual({
    otherServiceId: there,
    items: [
      { name: 'HERE', state: 'only-here' },
      { name: 'OTHER', state: 'different' },
      { name: 'SAME', state: 'same' },
      { name: 'THERE', state: 'only-there' },
    ],
  });
});

test('what was created is the subject of its audit entry, which is there when the answer is', async () => {
  const { id } = await api.createService(projectId, { name: 'audited' });
  const entries = (await api.audited('service.create')).filter(({ subject }) => subject === id);
  expect(entries).toMatchObject([{ result: 'done', details: { status: 201, parent: projectId } }]);
});

test('values from before references were kept are looked at once, and are the same afterwards', async () => {
  await set(urls.service, 'A', '${{api.X}}');
  await database.pool.query('update variables set digest = null, reference_list = null where service_id = $1', [web]);
  const list = await api.must<{ items: Saved[] }>('GET', urls.service);
  expect(list.items[0]?.references).toMatchObject([{ text: '${{api.X}}', problem: expect.any(String) }]);
  const { rows } = await database.pool.query('select digest from variables where service_id = $1', [web]);
  expect(rows).toEqual([{ digest: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  expect(await reveal(urls.service, 'A')).toBe('${{api.X}}');
});
