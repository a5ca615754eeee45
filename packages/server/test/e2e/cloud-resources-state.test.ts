import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFailingRelay } from '../support/failing-relay.ts';
import { startGate } from '../support/gate.ts';
import { startTestStacks, type TestStacks, type UpdateView } from '../support/test-stacks.ts';
import { waitUntil } from '../support/wait-until.ts';

// What is there already is imported, states are taken out and put back, and what fails in passing is tried again: with the real
// Pulumi engine, a module from Git and a real S3 server.

let stacks: TestStacks;
beforeAll(async () => {
  stacks = await startTestStacks();
});
afterAll(() => stacks[Symbol.asyncDispose]());

interface ResourceView {
  stackFqdn: string;
  resourceCount: number;
  outputs: { name: string; value: unknown }[];
}
interface Checkpoint {
  version: number;
  stackUpdateId: string;
  operation: string;
  resources: number;
  current: boolean;
}
type State = { deployment: { resources: { urn: string; id?: string }[] } };

const api = () => stacks.platform.api;
const resource = (id: string) => api().done<ResourceView>('GET', `/v1/cloud-resources/${id}`);
const outputsOf = async (id: string) =>
  Object.fromEntries((await resource(id)).outputs.map(({ name, value }) => [name, value]));
const linesOf = ({ runId }: { runId: string }) => api().outputOf(runId);
const checkpoints = async (id: string, query = '') =>
  await api().done<{ items: Checkpoint[]; nextCursor: string | null }>(
    'GET',
    `/v1/cloud-resources/${id}/checkpoints${query}`,
  );
const exported = async (id: string, version: number) =>
  (await api().done<{ state: State }>('GET', `/v1/cloud-resources/${id}/checkpoints/${version}/state`)).state;
const putState = (id: string, state: object) =>
  api().call<UpdateView & { code: string; detail: string }>('PUT', `/v1/cloud-resources/${id}/state`, { state });

async function applyOne(name: string, spec?: string): Promise<string> {
  const [id = ''] = await stacks.apply(stacks.manifest(name, spec));
  return id;
}

describe('an import', () => {
  test('takes a bucket that somebody made into the stack, and shows what a deployment would change', async () => {
    await stacks.s3.createBucket('by-hand');
    const id = await applyOne('import', '  buckets: 2\n');
    const wrong = await stacks.run(id, 'import', { ids: { files: 'by-hand' } });
    expect(wrong).toMatchObject({ operation: 'import', status: 'failed' });
    expect(wrong.reason).toContain('The program makes no resource "files". It makes: import-1, import-2.');

    const update = await stacks.run(id, 'import', { ids: { 'import-1': 'by-hand' } });
    expect(update, (await linesOf(update)).join('\n')).toMatchObject({
      status: 'success',
      changes: { import: 1, create: 1 },
      credential: { name: 'prod' },
    });
    expect(await stacks.bucketsOf('import')).toEqual([]);
    expect((await resource(id)).resourceCount).toBe(3);
    expect(await stacks.run(id, 'deploy')).toMatchObject({ status: 'success', changes: { create: 1 } });
    expect(await outputsOf(id)).toMatchObject({ buckets: ['by-hand', 'import-2'] });

    const repeated = await api().done<UpdateView>('POST', `/v1/stack-updates/${update.id}/retry`, {});
    expect(await stacks.settled(repeated.id)).toMatchObject({ operation: 'import', status: 'success' });
    expect(await stacks.run(id, 'destroy')).toMatchObject({ status: 'success' });
    expect(await stacks.s3.listBuckets()).not.toContain('by-hand');
  });

  test('that is killed has done nothing, and is done by the next', async () => {
    await stacks.s3.createBucket('cut-by-hand');
    const id = await applyOne('cut');
    const update = await stacks.ask(id, 'import', { ids: { '': 'cut-by-hand' } });
    await waitUntil('the program looks', async () =>
      (await linesOf(update)).some((line) => line.includes('Updating') || line.includes('"read"')),
    );
    await stacks.platform.agent.stopCommand(update.runId, 0, new AbortController().signal);
    expect(await stacks.settled(update.id)).toMatchObject({ status: 'failed' });
    expect((await resource(id)).resourceCount).toBe(0);
    expect(await stacks.run(id, 'import', { ids: { '': 'cut-by-hand' } })).toMatchObject({
      status: 'success',
      changes: { import: 1 },
    });
    expect(await stacks.s3.listBuckets()).toContain('cut-by-hand');
  });

  test.each([
    ['no id at all', { ids: {} }],
    ['an empty id', { ids: { a: '' } }],
    ['more than fifty', { ids: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`n${n}`, 'x'])) }],
    ['a field that is not there', { ids: { a: 'x' }, force: true }],
  ])('of %s is refused', async (_, body) => {
    const id = await applyOne('refused');
    expect(await api().call('POST', `/v1/cloud-resources/${id}/import`, body)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT' },
    });
  });
});

describe('the states of a stack', () => {
  let id: string;
  beforeAll(async () => {
    id = await applyOne('states', '  buckets: 2\n');
    expect((await stacks.run(id, 'deploy')).status).toBe('success');
    await applyOne('states', '  buckets: 1\n');
    expect((await stacks.run(id, 'deploy')).status).toBe('success');
  });

  test('are listed, taken out without their secrets, and put back with the outputs of then', async () => {
    const { items } = await checkpoints(id);
    expect(items).toMatchObject([
      { version: 2, operation: 'deploy', resources: 3, current: true },
      { version: 1, operation: 'deploy', resources: 4, current: false },
    ]);
    const first = await checkpoints(id, '?limit=1');
    expect(first.items.map(({ version }) => version)).toEqual([2]);
    expect((await checkpoints(id, `?limit=1&cursor=${first.nextCursor}`)).items.map(({ version }) => version)).toEqual([
      1,
    ]);

    const early = await exported(id, 1);
    expect(JSON.stringify(early)).not.toContain('token-of-states');
    expect(early.deployment.resources.flatMap((each) => each.id ?? [])).toContain('states-2');
    const { rows } = await stacks.platform.database.pool.query(
      "select details from audit_log where action = 'stack_state.export' and subject = $1",
      [id],
    );
    expect(rows).toEqual([{ details: { version: 1 } }]);

    const asked = await api().done<UpdateView>('POST', `/v1/cloud-resources/${id}/checkpoints/1/restore`, {});
    const restored = await stacks.settled(asked.id);
    expect(restored, (await linesOf(restored)).join('\n')).toMatchObject({ operation: 'restore', status: 'success' });
    expect(await outputsOf(id)).toMatchObject({ buckets: ['states-1', 'states-2'] });
    // The second one is not there any more, and nothing brought it back.
    expect(await stacks.bucketsOf('states')).toEqual(['states-1']);
    expect((await checkpoints(id)).items[0]).toMatchObject({
      version: 3,
      operation: 'restore',
      stackUpdateId: restored.id,
      resources: 4,
      current: true,
    });
    const again = await api().call('POST', `/v1/stack-updates/${restored.id}/retry`, {});
    expect(again).toMatchObject({ status: 409, body: { code: 'STACK_STATE_GONE' } });
    expect((await stacks.run(id, 'refresh')).status).toBe('success');
    expect((await resource(id)).resourceCount).toBe(3);
  });

  test('are taken as a text too, each in its turn, but not while it is none of this stack', async () => {
    const [newest] = (await checkpoints(id)).items;
    const state = await exported(id, newest?.version ?? 0);
    const text = JSON.stringify(state);
    const otherStack = JSON.parse(text.replaceAll('default.S3Buckets.states', 'default.S3Buckets.other')) as State;
    expect(await putState(id, otherStack)).toMatchObject({
      status: 400,
      body: {
        code: 'IAC_STATE_REFUSED',
        detail: expect.stringContaining('The state is of the stack default/default.S3Buckets.other'),
      },
    });
    expect(await putState(id, { hello: 'world' })).toMatchObject({ status: 400, body: { code: 'IAC_STATE_REFUSED' } });
    const otherId = await applyOne('other');
    expect((await stacks.run(otherId, 'deploy')).status).toBe('success');
    expect(await putState(otherId, otherStack)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('under another passphrase') },
    });
    expect(await checkpoints(otherId)).toMatchObject({ items: [{ version: 1 }] });

    await applyOne('states', '  buckets: 2\n  delayMs: 3000\n');
    const deploying = await stacks.ask(id, 'deploy');
    await waitUntil('the second bucket', async () => (await stacks.bucketsOf('states')).length === 2);
    const put = await putState(id, state);
    expect(put).toMatchObject({ status: 202, body: { operation: 'restore', status: 'queued' } });
    expect(await stacks.settled(put.body.id)).toMatchObject({ status: 'success' });
    expect(await stacks.get(deploying.id)).toMatchObject({ status: 'success' });
    expect((await resource(id)).resourceCount).toBe(3);
  });

  test('of a version that is not kept, or of another organization, are not there', async () => {
    const path = `/v1/cloud-resources/${id}/checkpoints`;
    expect(await api().call('GET', `${path}/99/state`)).toMatchObject({
      status: 404,
      body: { code: 'CHECKPOINT_NOT_FOUND' },
    });
    expect((await api().call('GET', '/v1/cloud-resources/res_none/checkpoints')).status).toBe(404);
    expect((await api().call('POST', `${path}/one/restore`, {})).status).toBe(400);
  });
});

test('a provider that has too much to do is asked again, and the output tells it without a gap', async () => {
  await using relay = await startFailingRelay(stacks.s3.endpoint);
  relay.failNext(1, '/slow-2');
  const manifest = stacks.manifest('slow', '  buckets: 2\n').replace(stacks.s3.endpoint, relay.url);
  const [id = ''] = await stacks.apply(manifest);
  const update = await stacks.run(id, 'deploy');
  const lines = await linesOf(update);
  expect(update, lines.join('\n')).toMatchObject({ status: 'success', changes: { create: 1 } });
  const said = lines.findIndex((line) => /^attempt 2 of 3 in \d+ s: .*SlowDown/.test(line));
  const made = lines.flatMap((line, at) => (line.includes('"succeeded"') && line.includes('::slow-2') ? [at] : []));
  expect(said).toBeGreaterThan(0);
  expect(made).toEqual([expect.any(Number)]);
  expect(made[0]).toBeGreaterThan(said);
  expect(relay.askedFor('/slow-1')).toBe(1);
  expect(await stacks.bucketsOf('slow')).toEqual(['slow-1', 'slow-2']);
});

test('a destroy between two deployments is done between them', async () => {
  const id = await applyOne('order', '  buckets: 1\n  delayMs: 3000\n');
  const first = await stacks.ask(id, 'deploy');
  await waitUntil('the bucket', async () => (await stacks.bucketsOf('order')).length > 0);
  const second = await stacks.ask(id, 'deploy');
  const destroy = await stacks.ask(id, 'destroy');
  const last = await stacks.ask(id, 'deploy');
  expect(await stacks.settled(last.id)).toMatchObject({ status: 'success', changes: { create: 2 } });
  for (const { id: each } of [first, second, destroy]) {
    expect(await stacks.get(each)).toMatchObject({ status: 'success' });
  }
  expect((await stacks.get(destroy.id)).changes).toMatchObject({ delete: 2 });
  expect(await stacks.bucketsOf('order')).toEqual(['order-1']);
});

const backwards = (text: string) => text.split('').reverse().join('');

/** Looks for texts in all that it can reach: files below a folder, and what processes were given. They are written backwards, not to be found here. */
const pryingModule = (folder: string, texts: readonly string[]) => `
  import { readdirSync, readFileSync, statSync } from 'node:fs';
  const texts = ${JSON.stringify(texts.map(backwards))}.map((text) => text.split('').reverse().join(''));
  function filesBelow(folder) {
    try {
      return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? filesBelow(folder + '/' + entry.name) : [folder + '/' + entry.name]);
    } catch { return []; }
  }
  const read = (path) => { try { return statSync(path).size < 1e6 ? readFileSync(path, 'utf8') : ''; } catch { return ''; } };
  export async function program() {
    const processes = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
    const files = filesBelow(${JSON.stringify(folder)});
    const all = processes.flatMap((id) => ['/proc/' + id + '/environ', '/proc/' + id + '/cmdline']).concat(files).map(read).join();
    return { files, found: texts.map((text) => all.includes(text)), isGivenInput: all.includes('STACK_INPUT_YAML') };
  }`;

test('a module that looks around finds nothing of another stack, of its credential or of the platform', async () => {
  await using gate = await startGate();
  const { platform, s3 } = stacks;
  const data = {
    accountId: '123456789012',
    accessKeyId: 'AKIAPRYINGPRYING1234',
    secretAccessKey: '0123456789abcdefghijPRYINGklmnopqrstuvwx',
  };
  await api().done('POST', '/v1/credentials', { name: 'prying', provider: 'aws', data });
  const chosen = (manifest: string, credential: string) =>
    manifest.replace(/name: (\w+) }/, `name: $1, labels: { credential: ${credential} } }`);
  const [other = ''] = await stacks.apply(chosen(stacks.manifest('other', `  gate: ${gate.url}\n`), 'prod'));
  const beside = await stacks.ask(other, 'deploy');
  await waitUntil('a stack that is under way', async () => (await stacks.bucketsOf('other')).length === 1);
  const foreign = [s3.secretAccessKey, s3.accessKeyId, platform.database.connectionString, beside.runId, other];
  await stacks.addKind('Prying', pryingModule(platform.dataDir, [...foreign, data.secretAccessKey]));
  const [id = ''] = await stacks.apply(chosen('apiVersion: v1\nkind: Prying\nmetadata: { name: prying }\n', 'prying'));
  expect(await stacks.run(id, 'deploy')).toMatchObject({ status: 'success' });
  gate.open();
  expect(await stacks.settled(beside.id)).toMatchObject({ status: 'success' });
  const { files, found, isGivenInput } = await outputsOf(id);
  // Its own it does find: it has looked where such things are.
  expect({ found, isGivenInput }).toEqual({ found: [...foreign.map(() => false), true], isGivenInput: true });
  expect(
    (files as string[]).filter((file) => /postgres|\.key$|server\.log/.test(file) || file.includes(other)),
  ).toEqual([]);
});

test('no secret that was handed in is found anywhere', async () => {
  expect(stacks.secrets.size).toBeGreaterThan(3);
  expect(await stacks.secrets.find(stacks.platform)).toEqual([]);
});
