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
let serviceId: string;
let url: string;
beforeEach(async () => {
  const project = await api.createProject(`project-${++count}`);
  serviceId = (await api.createService(project.id, { name: `web-${count}` })).id;
  url = `/v1/services/${serviceId}/env`;
});

const set = (name: string, value: string) => api.must('POST', url, { name, value });
const all = () => api.variables.openAll(api.organizationId, { kind: 'service', id: serviceId });
const pointersOf = ({ body }: { body: unknown }) => (body as ProblemAnswer).errors.map(({ pointer }) => pointer);

describe('a variable', () => {
  test('is set, changed and removed; no answer carries its value', async () => {
    await set('TOKEN', 'first-value');
    await set('TOKEN', 'second-value');
    const changed = await api.must('PATCH', `${url}/TOKEN`, { value: 'third-value' });
    const list = await api.must<{ items: object[] }>('GET', url, undefined, 'viewer');
    expect(list).toMatchObject({ items: [{ name: 'TOKEN' }], pendingDeployment: false });
    expect(JSON.stringify([changed, list])).not.toContain('-value');
    expect(await all()).toEqual({ TOKEN: 'third-value' });
    expect((await api.call('DELETE', `${url}/TOKEN`)).status).toBe(204);
    expect(await all()).toEqual({});
  });

  test('that is not there is neither changed, removed nor revealed', async () => {
    for (const [method, path, body] of [
      ['PATCH', `${url}/NONE`, { value: 'x' }],
      ['DELETE', `${url}/NONE`, undefined],
      ['POST', `${url}/NONE/reveal`, undefined],
    ] as const) {
      expect(await api.call(method, path, body)).toMatchObject({ status: 404, body: { code: 'VARIABLE_NOT_FOUND' } });
    }
  });

  test.each([
    [' spaces  and\ttabs '],
    ['line\nbreak\r\nand CR\r'],
    ['$HOME `id` "quotes" \'single\' \\ %s'],
    ['ünïcödé 😀 \u202e'],
    [''],
    ['x'.repeat(65_536)],
  ])('keeps %j byte for byte', async (value) => {
    await set('EXACT', value);
    expect(await api.must('POST', `${url}/EXACT/reveal`)).toEqual({ name: 'EXACT', value });
    await api.must('PUT', url, { variables: { OTHER: value } });
    expect(await all()).toEqual({ OTHER: value });
  });

  test('is encrypted in the database, each time anew', async () => {
    const stored = async () => {
      const { rows } = await database.pool.query<{ value: Buffer }>(
        'select value from variables where service_id = $1',
        [serviceId],
      );
      return rows[0]?.value.toString('latin1') ?? '';
    };
    await set('TOKEN', 'plain-to-see');
    const first = await stored();
    await set('TOKEN', 'another');
    await set('TOKEN', 'plain-to-see');
    expect(first).not.toContain('plain-to-see');
    expect(first).not.toBe('');
    expect(await stored()).not.toBe(first);
  });

  test.each([
    ['1A', '/name'],
    ['A-B', '/name'],
    ['A=B', '/name'],
    ['', '/name'],
    ['x'.repeat(256), '/name'],
    ['PORT', '/name'],
    ['DAVIT_SERVICE_ID', '/name'],
    ['__proto__', '/name'],
  ])('cannot be named %s', async (name, pointer) => {
    const answer = await api.call('POST', url, { name, value: 'x' });
    expect(answer.status).toBe(400);
    expect(pointersOf(answer)).toEqual([pointer]);
  });

  test('has no NUL, no more than 64 KiB and no field that is not known', async () => {
    for (const value of ['a\0b', 'x'.repeat(65_537), 'é'.repeat(32_769)]) {
      expect(pointersOf(await api.call('POST', url, { name: 'A', value }))).toEqual(['/value']);
    }
    expect(pointersOf(await api.call('POST', url, { name: 'A', value: 'x', secret: true }))).toEqual(['/secret']);
  });
});

describe('the set of variables', () => {
  test('is replaced whole, from an object or from a dotenv text', async () => {
    await set('OLD', '1');
    await set('KEPT', '1');
    await api.must('PUT', url, { variables: { KEPT: '2', NEW: '3' } });
    expect(await all()).toEqual({ KEPT: '2', NEW: '3' });
    await api.must('PUT', url, { dotenv: 'A="1\\n2"\nexport B=3 # three\n' });
    expect(await all()).toEqual({ A: '1\n2', B: '3' });
    await api.must('PUT', url, { variables: {} });
    expect(await all()).toEqual({});
  });

  test.each([
    [{ variables: { PORT: '1' } }],
    [{ variables: { 'A B': '1' } }],
    [{ variables: { A: 1 } }],
    [{ dotenv: 'PORT=1' }],
    [{ dotenv: 'A=1\nB 2' }],
    [{ dotenv: 'A=1', variables: {} }],
    [{}],
  ])('stays as it is when the new one is wrong: %j', async (body) => {
    await set('KEPT', '1');
    const answer = await api.call('PUT', url, body);
    expect(answer.status).toBe(400);
    expect(pointersOf(answer)).not.toEqual([]);
    expect(await all()).toEqual({ KEPT: '1' });
  });

  test('has at most a thousand, by whichever way', async () => {
    const many = (size: number) =>
      Object.fromEntries(Array.from({ length: size }, (_, index) => [`V${index}`, String(index)]));
    expect((await api.call('PUT', url, { variables: many(1001) })).body).toMatchObject({ code: 'VARIABLE_LIMIT' });
    await api.must('PUT', url, { variables: many(1000) });
    expect((await api.call('POST', url, { name: 'ONE_MORE', value: 'x' })).body).toMatchObject({
      code: 'VARIABLE_LIMIT',
    });
    await set('V7', 'changed');
    const values = await all();
    expect(Object.keys(values)).toHaveLength(1000);
    expect(values.V7).toBe('changed');
  });

  test('is of one writer when two replace it at once', async () => {
    const sets = [1, 2].map((who) => Object.fromEntries([1, 2, 3].map((each) => [`W${who}_${each}`, 'x'])));
    await Promise.all(sets.map((variables) => api.must('PUT', url, { variables })));
    expect(sets).toContainEqual(await all());
  });
});

describe('who may', () => {
  const writes = (): [string, string, object | undefined][] => [
    ['POST', url, { name: 'B', value: 'x' }],
    ['PUT', url, { variables: {} }],
    ['PATCH', `${url}/A`, { value: 'x' }],
    ['DELETE', `${url}/A`, undefined],
    ['POST', `${url}/A/reveal`, undefined],
  ];

  test('a viewer and a read token see names, and neither values nor a way to change them', async () => {
    await set('A', 'secret');
    for (const who of ['viewer', 'reader'] as const) {
      expect((await api.call('GET', url, undefined, who)).status).toBe(200);
      for (const [method, path, body] of writes()) expect((await api.call(method, path, body, who)).status).toBe(403);
    }
    expect(await all()).toEqual({ A: 'secret' });
  });

  test('another organization finds nothing of it', async () => {
    await set('A', 'secret');
    for (const [method, path, body] of [...writes(), ['GET', url, undefined] as const]) {
      expect((await api.call(method, path, body, 'stranger')).status, `${method} ${path}`).toBe(404);
    }
    expect(await all()).toEqual({ A: 'secret' });
  });

  test('a service that is being deleted takes no more variables', async () => {
    await database.pool.query(`update services set desired_state = 'deleted' where id = $1`, [serviceId]);
    expect(await api.call('POST', url, { name: 'A', value: 'x' })).toMatchObject({
      body: { code: 'SERVICE_BEING_DELETED' },
    });
  });

  test('every write and every look at a value is in the audit log, with the name and without the value', async () => {
    await set('A', 'very-secret-value');
    await api.must('PATCH', `${url}/A`, { value: 'very-secret-value' });
    await api.must('POST', `${url}/A/reveal`);
    await api.must('POST', `${url}/reveal`, {});
    await api.must('PUT', url, { variables: { A: 'very-secret-value' } });
    await api.call('DELETE', `${url}/A`);
    const entries = async (action: string) =>
      (await api.audited(action)).filter(({ subject }) => subject === serviceId);
    for (const action of ['variable.set', 'variable.update', 'variable.replace', 'variable.delete'])
      expect(await entries(action), action).toHaveLength(1);
    expect(await entries('variable.reveal')).toMatchObject([
      { result: 'done', details: { name: 'A' } },
      { result: 'done', details: { names: ['A'], resolved: false } },
    ]);
    expect(await entries('variable.delete')).toMatchObject([{ details: { status: 204, key: 'A' } }]);
    const { rows } = await database.pool.query(`select from audit_log where details::text like '%very-secret%'`);
    expect(rows).toEqual([]);
  });
});
