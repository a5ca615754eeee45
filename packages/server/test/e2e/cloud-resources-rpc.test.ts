import { type Client, createClient, type Interceptor } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from '@connectrpc/connect-node';
import { CloudResourceService, StackStateService, StackUpdateService } from '@davit/api/rpc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestStacks, type TestStacks } from '../support/test-stacks.ts';
import { waitUntil } from '../support/wait-until.ts';

// The same cloud resource and the same update by Connect, gRPC, gRPC-Web and REST.

let stacks: TestStacks;
let session: Http2SessionManager;
beforeAll(async () => {
  stacks = await startTestStacks();
  session = new Http2SessionManager(stacks.platform.url);
});
afterAll(async () => {
  // The server stops although a client keeps its connection.
  await stacks[Symbol.asyncDispose]();
  session.abort();
});

const protocols = ['Connect', 'gRPC', 'gRPC-Web'] as const;

function transportOf(protocol: (typeof protocols)[number]) {
  const signIn: Interceptor = (next) => async (request) => {
    request.header.set('authorization', `Bearer ${stacks.platform.api.token}`);
    return await next(request);
  };
  const options = { baseUrl: stacks.platform.url, interceptors: [signIn] };
  if (protocol === 'gRPC') return createGrpcTransport({ ...options, sessionManager: session });
  if (protocol === 'gRPC-Web') return createGrpcWebTransport({ ...options, httpVersion: '1.1' });
  return createConnectTransport({ ...options, httpVersion: '1.1' });
}

interface Clients {
  resources: Client<typeof CloudResourceService>;
  updates: Client<typeof StackUpdateService>;
  states: Client<typeof StackStateService>;
}
const clientsBy = (protocol: (typeof protocols)[number]): Clients => ({
  resources: createClient(CloudResourceService, transportOf(protocol)),
  updates: createClient(StackUpdateService, transportOf(protocol)),
  states: createClient(StackStateService, transportOf(protocol)),
});

interface StreamedLine {
  sequenceNum: bigint;
  content: string;
  status: string;
}

async function readUpTo(stream: AsyncIterable<StreamedLine>, most: number): Promise<StreamedLine[]> {
  const lines: StreamedLine[] = [];
  for await (const line of stream) {
    lines.push(line);
    if (lines.length === most) break;
  }
  return lines;
}

describe.each(protocols)('by %s', (protocol) => {
  const name = `by-${protocol.toLowerCase()}`;

  test('a manifest is applied, deployed, followed over a cut, seen as by REST, and deleted', async () => {
    const { resources, updates } = clientsBy(protocol);
    const { resource, created } = await resources.applyCloudResource({ manifest: stacks.manifest(name) });
    expect(created).toBe(true);
    const id = resource?.id ?? '';

    const { update } = await updates.deployCloudResource({ cloudResourceId: id });
    expect(['queued', 'in_progress']).toContain(update?.status);
    const stackUpdateId = update?.id ?? '';

    const first = await readUpTo(updates.streamStackUpdateOutput({ stackUpdateId, lastSequenceNum: 0n }), 3);
    const lastSequenceNum = first.at(-1)?.sequenceNum ?? 0n;
    const rest = await readUpTo(
      updates.streamStackUpdateOutput({ stackUpdateId, lastSequenceNum }),
      Number.POSITIVE_INFINITY,
    );
    const end = rest.pop();
    const lines = [...first, ...rest];
    const said = lines.map(({ content }) => content).join('\n');
    expect(end, said).toMatchObject({ content: '', status: 'success' });
    expect(lines.map(({ sequenceNum }) => Number(sequenceNum))).toEqual(lines.map((_, index) => index + 1));
    const { runId } = await stacks.get(stackUpdateId);
    expect(lines.map(({ content }) => content)).toEqual(await stacks.platform.api.outputOf(runId));

    const seen = await updates.getStackUpdate({ id: stackUpdateId });
    const byRest = await stacks.get(stackUpdateId);
    expect(seen.update).toMatchObject({ status: 'success', changes: byRest.changes, output: byRest.output, runId });
    expect((await updates.listStackUpdates({ cloudResourceId: id, status: 'success' })).updates).toHaveLength(1);
    const outputs = (await resources.getCloudResource({ id })).resource?.outputs;
    expect(outputs?.find((output) => output.name === 'bucketName')).toMatchObject({
      value: `"${name}-1"`,
      secret: false,
    });
    expect(outputs?.find((output) => output.name === 'token')).toMatchObject({ value: '', secret: true });

    const deletion = await resources.deleteCloudResource({ id });
    expect((await stacks.settled(deletion.update?.id ?? '')).status).toBe('success');
    expect(await stacks.bucketsOf(name)).toEqual([]);
  });

  test('of an update that failed it is told why, and what to do', async () => {
    const { resources, updates } = clientsBy(protocol);
    const manifest = `apiVersion: v1\nkind: GcpServiceAccount\nmetadata: { name: ${name} }\nspec: { displayName: X }\n`;
    const { resource } = await resources.applyCloudResource({ manifest });
    const { update } = await updates.deployCloudResource({ cloudResourceId: resource?.id ?? '' });
    const failed = await stacks.settled(update?.id ?? '');
    expect(failed.hint).toBe('Create one: `davit credential create --name NAME --provider gcp`.');
    expect((await updates.getStackUpdate({ id: failed.id })).update).toMatchObject({
      errorCode: 'CREDENTIAL_NONE_FITS',
      reason: "no credential found for provider 'gcp'.",
      hint: failed.hint,
    });
    await resources.deleteCloudResource({ id: resource?.id ?? '', orphan: true });
  });

  test('what is wrong is told with its place in the manifest, and what is not there by its code', async () => {
    const { resources, updates, states } = clientsBy(protocol);
    await expect(
      resources.applyCloudResource({ manifest: 'apiVersion: v1\nkind: S3Bukkets\nmetadata: { name: a }\n' }),
    ).rejects.toThrow('line 2, column 7, kind: there is no kind "S3Bukkets"; did you mean "S3Buckets"?');
    await expect(updates.getStackUpdate({ id: 'stu_nothing' })).rejects.toThrow(/not_found/);
    // Longer than any other message may be: it is read, and judged.
    const { resource } = await resources.applyCloudResource({ manifest: stacks.manifest(`${name}-long`) });
    const state = JSON.stringify({ nothing: 'x'.repeat(5_000_000) });
    await expect(states.importStackState({ cloudResourceId: resource?.id ?? '', state })).rejects.toThrow(
      /no deployment of Pulumi/,
    );
    const kinds = (await resources.listKinds({})).kinds.map((kind) => kind.name);
    expect(kinds).toEqual(expect.arrayContaining(['AwsS3Bucket', 'S3Buckets']));
  });
});

// What one protocol carries, the others carry too: the rest is shown by one of them, since each update takes its time.

test('a deployment is previewed, approved or discarded, and looked after for drift', async () => {
  const { resources, updates } = clientsBy('Connect');
  const name = 'decided';
  const { resource } = await resources.applyCloudResource({ manifest: stacks.manifest(name) });
  const id = resource?.id ?? '';
  const waits = (update: { id: string } | undefined) =>
    waitUntil('it waits', async () => {
      const seen = await updates.getStackUpdate({ id: update?.id ?? '' });
      return seen.update?.approval?.state === 'waiting' && seen.update;
    });
  const first = await waits((await updates.deployCloudResource({ cloudResourceId: id, preview: true })).update);
  expect(first).toMatchObject({ status: 'in_progress', approval: { required: 'anyone', changes: { create: 2 } } });
  const { update: discarded } = await updates.discardStackUpdate({ id: first.id });
  expect(discarded).toMatchObject({ status: 'canceled', approval: { state: 'discarded' } });
  await expect(updates.approveStackUpdate({ id: first.id })).rejects.toThrow(/failed_precondition/);

  const second = await waits((await updates.deployCloudResource({ cloudResourceId: id, preview: true })).update);
  await updates.approveStackUpdate({ id: second.id });
  expect(await stacks.settled(second.id)).toMatchObject({ status: 'success' });
  expect(await stacks.bucketsOf(name)).toEqual([`${name}-1`]);
  const { rows } = await stacks.platform.database.pool.query(
    `select action, result from audit_log where action like 'stack\\_update.%' and subject = any($1) order by id`,
    [[first.id, second.id]],
  );
  expect(rows).toEqual([
    { action: 'stack_update.discard', result: 'done' },
    // Of the first, which had been decided.
    { action: 'stack_update.approve', result: 'failed' },
    { action: 'stack_update.approve', result: 'done' },
  ]);

  await stacks.s3.deleteBucket(`${name}-1`);
  const check = await updates.checkCloudResourceDrift({ cloudResourceId: id });
  expect(await stacks.settled(check.update?.id ?? '')).toMatchObject({ status: 'success', operation: 'drift' });
  expect((await resources.getCloudResource({ id })).resource?.drift).toMatchObject({
    status: 'drifted',
    stackUpdateId: check.update?.id,
    differences: [{ name: `${name}-1`, operation: 'delete' }],
  });
});

test('a bucket is imported, and its state is seen, taken out, and put back', async () => {
  const { resources, updates, states } = clientsBy('gRPC');
  const name = 'by-import';
  await stacks.s3.createBucket(`${name}-found`);
  const { resource } = await resources.applyCloudResource({ manifest: stacks.manifest(`${name}-import`) });
  const cloudResourceId = resource?.id ?? '';
  await expect(updates.importCloudResource({ cloudResourceId, ids: {} })).rejects.toThrow(/invalid_argument/);
  const { update } = await updates.importCloudResource({ cloudResourceId, ids: { '': `${name}-found` } });
  expect(await stacks.settled(update?.id ?? '')).toMatchObject({ operation: 'import', status: 'success' });

  const { checkpoints } = await states.listStackCheckpoints({ cloudResourceId });
  expect(checkpoints).toMatchObject([{ version: 1, operation: 'import', stackUpdateId: update?.id, current: true }]);
  const { state } = await states.exportStackState({ cloudResourceId, version: 1 });
  expect(JSON.parse(state)).toMatchObject({ version: 3, deployment: expect.anything() });
  const put = await states.importStackState({ cloudResourceId, state });
  expect(await stacks.settled(put.update?.id ?? '')).toMatchObject({ operation: 'restore', status: 'success' });
  await expect(states.importStackState({ cloudResourceId, state: '{}' })).rejects.toThrow(/no deployment of Pulumi/);
  const back = await states.restoreStackCheckpoint({ cloudResourceId, version: 1 });
  expect(await stacks.settled(back.update?.id ?? '')).toMatchObject({ status: 'success' });
  const page = await states.listStackCheckpoints({ cloudResourceId, page: { limit: 2 } });
  expect(page.checkpoints.map(({ version }) => version)).toEqual([3, 2]);
  const rest = await states.listStackCheckpoints({ cloudResourceId, page: { cursor: page.nextCursor } });
  expect(rest.checkpoints.map(({ version }) => version)).toEqual([1]);
  await expect(states.restoreStackCheckpoint({ cloudResourceId, version: 9 })).rejects.toThrow(/not_found/);
});

test('no secret that was handed in is found anywhere', async () => {
  expect(stacks.secrets.size).toBeGreaterThan(3);
  expect(await stacks.secrets.find(stacks.platform)).toEqual([]);
});
