import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestStacks, type TestStacks, type UpdateView } from '../support/test-stacks.ts';
import { waitUntil } from '../support/wait-until.ts';

// Manifests to buckets of a real S3 server, by the real Pulumi engine, a module from Git and a stored credential.

let stacks: TestStacks;
beforeAll(async () => {
  stacks = await startTestStacks();
});
afterAll(() => stacks[Symbol.asyncDispose]());

interface ResourceView {
  id: string;
  resourceCount: number;
  deleting: boolean;
  pendingOperations: object[];
  outputs: { name: string; secret: boolean; value: unknown }[];
}
const resource = (id: string) => stacks.platform.api.done<ResourceView>('GET', `/v1/cloud-resources/${id}`);
const outputOf = async ({ runId }: { runId: string }) => await stacks.platform.api.outputOf(runId);

async function applyOne(name: string, spec?: string): Promise<string> {
  const [id = ''] = await stacks.apply(stacks.manifest(name, spec));
  return id;
}

test('a resource is previewed, deployed, changed, refreshed, destroyed and deleted', async () => {
  const id = await applyOne('life', '  buckets: 2\n');
  expect(await resource(id)).toMatchObject({ resourceCount: 0, outputs: [] });

  expect(await stacks.run(id, 'preview')).toMatchObject({ status: 'success', changes: { create: 3 } });
  expect(await stacks.bucketsOf('life')).toEqual([]);

  const deployed = await stacks.run(id, 'deploy');
  expect(deployed).toMatchObject({
    status: 'success',
    changes: { create: 3 },
    credential: { name: 'prod', reason: expect.stringContaining('only one') },
  });
  expect(await stacks.bucketsOf('life')).toEqual(['life-1', 'life-2']);
  const [first] = await outputOf(deployed);
  expect(first).toBe(`Credential prod: ${deployed.credential?.reason}.`);
  expect(JSON.parse(deployed.output)).toMatchObject({
    status: 'success',
    exit_code: 0,
    stdout: expect.stringContaining('making 2 bucket(s) for life'),
    stderr: expect.stringContaining('a word on standard error'),
    stack_fqdn: expect.stringMatching(/\/default\/default\.S3Buckets\.life$/),
  });
  expect((await resource(id)).outputs).toEqual([
    { name: 'bucketName', secret: false, value: 'life-1', updatedAt: expect.any(String) },
    { name: 'buckets', secret: false, value: ['life-1', 'life-2'], updatedAt: expect.any(String) },
    { name: 'token', secret: true, value: null, updatedAt: expect.any(String) },
  ]);

  await applyOne('life', '  buckets: 3\n');
  expect(await stacks.run(id, 'deploy')).toMatchObject({ status: 'success', changes: { create: 1, same: 3 } });

  await stacks.s3.deleteBucket('life-3');
  expect(await stacks.run(id, 'refresh')).toMatchObject({ status: 'success' });
  expect(await stacks.run(id, 'deploy')).toMatchObject({ status: 'success', changes: { create: 1 } });
  expect(await stacks.bucketsOf('life')).toHaveLength(3);

  expect(await stacks.run(id, 'destroy')).toMatchObject({ status: 'success' });
  expect(await stacks.bucketsOf('life')).toEqual([]);
  expect(await resource(id)).toMatchObject({ outputs: [], resourceCount: 0 });

  const { update } = await stacks.platform.api.done<{ update: { id: string } }>('DELETE', `/v1/cloud-resources/${id}`);
  expect(await stacks.settled(update.id)).toMatchObject({ operation: 'delete', status: 'success' });
  expect((await stacks.platform.api.call('GET', `/v1/cloud-resources/${id}`)).status).toBe(404);
});

test('a value of another resource is taken when both are deployed in their order', async () => {
  const second = stacks.manifest(
    'taker',
    '  label:\n    valueFrom: { kind: S3Buckets, name: giver, fieldPath: token }\n',
  );
  const ids = await stacks.apply(`${second}---\n${stacks.manifest('giver')}`);
  const [giver = '', taker = ''] = ids;
  const early = await stacks.run(taker, 'deploy');
  expect(early).toMatchObject({ status: 'failed', errorCode: 'CLOUD_RESOURCE_VALUE_MISSING' });
  expect(early.reason).toBe('spec.label: S3Buckets/giver has no output "token".');
  expect((await stacks.run(giver, 'deploy')).status).toBe('success');
  expect((await stacks.run(taker, 'deploy')).status).toBe('success');
});

test('a wrong credential fails with what the provider says, and without the secret', async () => {
  const { accessKeyId } = stacks.s3;
  const secretAccessKey = 'WrongKeyWrongKeyWrongKeyWrongKeyWrongKey';
  const data = { accountId: '123456789012', accessKeyId, secretAccessKey };
  await stacks.platform.api.done('POST', '/v1/credentials', { name: 'wrong', provider: 'aws', data });
  const manifest = stacks
    .manifest('wrong')
    .replace('{ name: wrong }', '{ name: wrong, labels: { credential: wrong } }');
  const [id = ''] = await stacks.apply(manifest);
  const update = await stacks.run(id, 'deploy');
  expect(update).toMatchObject({ status: 'failed', errorCode: 'STACK_UPDATE_FAILED', credential: { name: 'wrong' } });
  const output = (await outputOf(update)).join('\n');
  expect(output).toContain('SignatureDoesNotMatch');
  expect(output).not.toContain(secretAccessKey);
  // Two fit now, so that a manifest must say which.
  const unsaid = await stacks.run(await applyOne('unsaid'), 'deploy');
  expect(unsaid).toMatchObject({
    status: 'failed',
    errorCode: 'CREDENTIAL_AMBIGUOUS',
    reason: expect.stringMatching(/: prod, wrong\.$/),
    hint: expect.stringMatching(/^Name one in the manifest: `metadata\.labels\.credential: prod`/),
  });
  await stacks.platform.api.done('DELETE', '/v1/credentials/wrong?force=true');
});

describe('an update that is under way', () => {
  const slow = '  buckets: 3\n  delayMs: 3000\n';
  const begun = (name: string) => waitUntil('the first bucket', async () => (await stacks.bucketsOf(name)).length > 0);

  test('is canceled: what is in flight ends, and the state knows it', async () => {
    const id = await applyOne('cancel', slow);
    const update = await stacks.ask(id, 'deploy');
    await begun('cancel');
    await stacks.platform.api.done('POST', `/v1/stack-updates/${update.id}/cancel`, {});
    expect(await stacks.settled(update.id)).toMatchObject({ status: 'canceled' });
    const made = (await stacks.bucketsOf('cancel')).length;
    expect(made).toBeLessThan(3);
    // The stack, its provider, and the buckets that are there.
    expect(await resource(id)).toMatchObject({ resourceCount: 2 + made, pendingOperations: [] });
    const retried = await stacks.platform.api.done<{ id: string }>('POST', `/v1/stack-updates/${update.id}/retry`, {});
    expect(await stacks.settled(retried.id)).toMatchObject({ status: 'success', retryOf: update.id });
    expect(await stacks.bucketsOf('cancel')).toHaveLength(3);
  });

  test('goes on while the server is killed, and its output has no gap', async () => {
    const id = await applyOne('restart', '  buckets: 3\n  delayMs: 2500\n');
    const update = await stacks.ask(id, 'deploy');
    await begun('restart');
    await stacks.platform.kill();
    await stacks.platform.start();
    expect(await stacks.settled(update.id)).toMatchObject({ status: 'success', changes: { create: 4 } });
    const lines = await outputOf(update);
    expect(lines.filter((line) => line === 'making 3 bucket(s) for restart')).toHaveLength(1);
    expect(lines.filter((line) => line.includes('"state":"succeeded"') && line.includes('::restart-'))).toHaveLength(3);
    expect(await stacks.bucketsOf('restart')).toHaveLength(3);
  });

  test('that is killed fails with what was in flight; a refresh clears it, and the next deployment ends it', async () => {
    const id = await applyOne('killed', slow);
    const update = await stacks.ask(id, 'deploy');
    await begun('killed');
    await stacks.platform.agent.stopCommand(update.runId, 0, new AbortController().signal);
    expect(await stacks.settled(update.id)).toMatchObject({ status: 'failed', errorCode: 'STACK_UPDATE_FAILED' });
    expect((await outputOf(update)).join('\n')).toMatch(/In flight when it ended \(failed\): creating .*killed-1/);
    expect((await resource(id)).pendingOperations).toMatchObject([{ type: 'creating' }]);
    expect(await stacks.run(id, 'refresh', { clearPending: true })).toMatchObject({ status: 'success' });
    expect((await resource(id)).pendingOperations).toEqual([]);
  });

  test('has the next of its stack wait, and a later one takes the place of that', async () => {
    const id = await applyOne('queue', '  delayMs: 3000\n');
    const first = await stacks.ask(id, 'deploy');
    await begun('queue');
    const second = await stacks.ask(id, 'deploy');
    const third = await stacks.ask(id, 'deploy');
    expect((await stacks.get(first.id)).status).toBe('in_progress');
    expect((await stacks.settled(third.id)).status).toBe('success');
    expect((await stacks.get(first.id)).status).toBe('success');
    expect((await stacks.get(second.id)).status).toBe('canceled');
  });
});

test('twenty stacks at once are all brought about, each from its own manifest and with its own state', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `many${index}`);
  const ids = await stacks.apply(names.map((name) => stacks.manifest(name)).join('---\n'));
  const updates = await Promise.all(ids.map((id) => stacks.ask(id, 'deploy')));
  const ended: UpdateView[] = [];
  // One after the other, so that each has the time of one.
  for (const { id } of updates) ended.push(await stacks.settled(id));
  expect(ended.filter(({ status }) => status !== 'success').map(({ reason }) => reason)).toEqual([]);
  expect(ended.map(({ changes }) => changes)).toEqual(names.map(() => ({ create: 2 })));
  const outputs = await Promise.all(ids.map(async (id) => (await resource(id)).outputs[0]?.value));
  expect(new Set(outputs)).toEqual(new Set(names.map((name) => `${name}-1`)));
  for (const name of names) expect(await stacks.bucketsOf(name)).toEqual([`${name}-1`]);
});

test('a resource whose destroy fails stays, with the failure; it can be left to itself', async () => {
  const id = await applyOne('kept');
  expect((await stacks.run(id, 'deploy')).status).toBe('success');
  await stacks.s3.putObject('kept-1', 'file.txt', 'still needed');
  const { update } = await stacks.platform.api.done<{ update: { id: string } }>('DELETE', `/v1/cloud-resources/${id}`);
  expect(await stacks.settled(update.id)).toMatchObject({ operation: 'delete', status: 'failed' });
  expect(await resource(id)).toMatchObject({ deleting: false });
  await stacks.platform.api.done('DELETE', `/v1/cloud-resources/${id}?orphan=true`);
  expect((await stacks.platform.api.call('GET', `/v1/cloud-resources/${id}`)).status).toBe(404);
  expect(await stacks.bucketsOf('kept')).toEqual(['kept-1']);
});

describe('a manifest that cannot be used', () => {
  test.each([
    ['of an unknown kind', 'apiVersion: v1\nkind: S3Bukkets\nmetadata: { name: a }\n', 400, 'MANIFEST_INVALID'],
    ['of 10 MB', 'x'.repeat(10_000_000), 413, 'BODY_TOO_LARGE'],
    ['of half a megabyte', `# ${'x'.repeat(500_000)}`, 400, 'MANIFEST_INVALID'],
    ['with a stack of another folder', stackLabelled('org/../x'), 400, 'MANIFEST_INVALID'],
    ['with a stack of too many parts', stackLabelled('a/b/c/d'), 400, 'MANIFEST_INVALID'],
  ])('%s is refused, and nothing of it is stored', async (_, manifest, status, code) => {
    const { api } = stacks.platform;
    const count = async () =>
      (await api.done<{ items: object[] }>('GET', '/v1/cloud-resources?limit=200')).items.length;
    const before = await count();
    const good = manifest.length > 1_000_000 ? '' : `${stacks.manifest('innocent')}---\n`;
    const answer = await api.call('POST', '/v1/cloud-resources', { manifest: good + manifest });
    expect(answer).toMatchObject({ status, body: { code } });
    expect(await count()).toBe(before);
  });
});

function stackLabelled(fqdn: string): string {
  return [
    'apiVersion: v1',
    'kind: AwsS3Bucket',
    `metadata: { name: a, labels: { pulumi.project-planton.org/stack.fqdn: ${fqdn} } }`,
    'spec: { region: eu-central-1 }',
    '',
  ].join('\n');
}

test('a module that prints its secrets in a flood and throws: a failed update with the cause, masked and bounded', async () => {
  await stacks.addKind(
    'Loud',
    `export async function program() {
      const { AWS_SECRET_ACCESS_KEY: secret, PULUMI_CONFIG_PASSPHRASE: passphrase } = process.env;
      console.log('printed', secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret), passphrase);
      for (let n = 0; n < 2300; n++) console.log(n + ' ' + 'x'.repeat(30_000));
      throw new Error('the cause of it with ' + secret);
    }`,
  );
  const [id = ''] = await stacks.apply('apiVersion: v1\nkind: Loud\nmetadata: { name: loud }\n');
  const update = await stacks.run(id, 'deploy');
  expect(update).toMatchObject({ status: 'failed', errorCode: 'STACK_UPDATE_FAILED' });
  expect(update.reason).toContain('the cause of it with');
  expect(update.reason).not.toContain(stacks.s3.secretAccessKey);
  const { rows } = await stacks.platform.database.pool.query<{ bytes: string; printed: string; told: boolean }>(
    `select sum(octet_length(content)) as bytes, max(content) filter (where content like 'printed %') as printed,
       bool_or(stream = 'system' and content ~ 'dropped|not kept') as told
     from run_output where run_id = $1`,
    [update.runId],
  );
  expect(rows[0]?.printed).toMatch(/^printed (\S+) \1\S{0,4} \1 \1$/);
  expect(rows[0]?.told).toBe(true);
  expect(Number(rows[0]?.bytes)).toBeLessThan(70 * 1024 ** 2);
  const status = await readFile(`/proc/${stacks.platform.server.pid}/status`, 'utf8');
  expect(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1])).toBeLessThan(1024 ** 2);
  expect(await stacks.platform.agent.listCommands()).toEqual([]);
});

test('no secret that was handed in is in the database, a file, the log, an answer or the arguments of a process, in no form', async () => {
  expect(stacks.secrets.size).toBeGreaterThan(3);
  expect(await stacks.secrets.find(stacks.platform)).toEqual([]);
});
