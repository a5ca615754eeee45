import { type Client, createClient, type Interceptor } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from '@connectrpc/connect-node';
import { CloudResourceService, StackUpdateService } from '@davit/api/rpc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestStacks, type TestStacks } from '../support/test-stacks.ts';

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
}
const clientsBy = (protocol: (typeof protocols)[number]): Clients => ({
  resources: createClient(CloudResourceService, transportOf(protocol)),
  updates: createClient(StackUpdateService, transportOf(protocol)),
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

  test('what is wrong is told with its place in the manifest, and what is not there by its code', async () => {
    const { resources, updates } = clientsBy(protocol);
    await expect(
      resources.applyCloudResource({ manifest: 'apiVersion: v1\nkind: S3Bukkets\nmetadata: { name: a }\n' }),
    ).rejects.toThrow('line 2, column 7, kind: there is no kind "S3Bukkets"; did you mean "S3Buckets"?');
    await expect(updates.getStackUpdate({ id: 'stu_nothing' })).rejects.toThrow(/not_found/);
    const kinds = (await resources.listKinds({})).kinds.map((kind) => kind.name);
    expect(kinds).toEqual(expect.arrayContaining(['AwsS3Bucket', 'S3Buckets']));
  });
});
