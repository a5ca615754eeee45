import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { plainJob } from '../../../../test/support/plain-job.ts';
import { type S3Server, startS3Server } from '../../../../test/support/s3-server.ts';
import { startTestAgent, type TestAgent } from '../../../../test/support/test-agent.ts';
import { createTestEngine } from '../../../../test/support/test-engine.ts';
import { waitUntil } from '../../../../test/support/wait-until.ts';
import type { IacEngine, StackJob, StackOutput } from '../iac.ts';

let agent: TestAgent;
let s3: S3Server;
let engine: IacEngine;
beforeAll(async () => {
  [agent, s3] = await Promise.all([startTestAgent(), startS3Server()]);
  engine = await createTestEngine(agent);
});
afterAll(async () => {
  await Promise.all([agent?.[Symbol.asyncDispose](), s3?.[Symbol.asyncDispose]()]);
});

const s3Module = fileURLToPath(new URL('../../../../test/fixtures/s3-module/', import.meta.url)).replace(/\/$/, '');
const never = new AbortController().signal;
let count = 0;
let stackKey: string;
let state: string | null;
beforeEach(() => {
  stackKey = `res_${++count}`;
  state = null;
});

function jobOf(operation: StackJob['operation'], spec: object, changes: Partial<StackJob> = {}): StackJob {
  const target = { apiVersion: 'v1', kind: 'Buckets', metadata: { name: `b${count}`, labels: {} }, spec };
  return {
    ...plainJob,
    id: `run_${++count}`,
    stackKey,
    address: { organization: 'org', project: 'shop', stack: 'production.Buckets.b' },
    operation,
    moduleFolder: s3Module,
    readable: [changes.moduleFolder ?? s3Module],
    input: JSON.stringify({ target, provider_config: {} }),
    variables: { AWS_ACCESS_KEY_ID: s3.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.secretAccessKey },
    ...changes,
  };
}

function collector() {
  const outputs: StackOutput[] = [];
  return {
    outputs,
    write: async (output: StackOutput) => void outputs.push(output),
    changes: () =>
      outputs.flatMap((each) => (each.stream === 'event' && each.event.type === 'summary' ? [each.event.changes] : [])),
    lines: () => outputs.flatMap((each) => (each.stream === 'event' ? [] : [each.text])),
    resources: () =>
      outputs.flatMap((each) =>
        each.stream === 'event' && each.event.type === 'resource'
          ? [`${each.event.urn.split('::').at(-1)} ${each.event.operation} ${each.event.state}`]
          : [],
      ),
  };
}

const ignoreLeft = async () => undefined;

/** One job from its preparation to its end; the state is kept for the next. */
async function run(job: StackJob, sink = collector()) {
  await engine.prepare(job, async () => state, ignoreLeft, never);
  const end = await engine.run(job, sink, 0, never);
  state = await engine.readState(job);
  await engine.forget(job, never);
  return { end, sink };
}

/** A module in a folder of its own. */
async function moduleOf(source: string): Promise<string> {
  const folder = join(agent.folder, `module-${++count}`);
  await mkdir(folder);
  await writeFile(join(folder, 'module.ts'), source);
  return folder;
}

const bucketsOf = async (job: StackJob) => {
  const name = (JSON.parse(job.input) as { target: { metadata: { name: string } } }).target.metadata.name;
  return (await s3.listBuckets()).filter((bucket) => bucket.startsWith(`${name}-`));
};

test('a stack is previewed, deployed, changed, refreshed and destroyed on a real S3 server', async () => {
  const spec = { endpoint: s3.endpoint, buckets: 2 };
  const first = jobOf('deploy', spec);
  const again = (operation: StackJob['operation'], changes: object = {}) => ({
    ...first,
    id: `run_${++count}`,
    operation,
    input: JSON.stringify({
      ...JSON.parse(first.input),
      target: { ...JSON.parse(first.input).target, spec: { ...spec, ...changes } },
    }),
  });

  const preview = await run(again('preview'));
  expect(preview.end).toMatchObject({ succeeded: true, outputs: null });
  expect(preview.sink.resources()).toContain('b1-1 create succeeded');
  expect(await bucketsOf(first)).toEqual([]);

  const { end, sink } = await run(first);
  expect(end).toMatchObject({
    succeeded: true,
    transient: false,
    message: null,
    exitCode: 0,
    changes: { create: 3 },
    outputs: {
      bucketName: { value: 'b1-1', secret: false },
      buckets: { value: ['b1-1', 'b1-2'], secret: false },
      token: { value: 'token-of-b1', secret: true },
    },
  });
  expect(await bucketsOf(first)).toEqual(['b1-1', 'b1-2']);
  expect(sink.lines()).toContain('making 2 bucket(s) for b1');
  expect(sink.outputs).toContainEqual({ stream: 'stderr', text: 'a word on standard error' });
  expect(sink.resources()).toEqual(expect.arrayContaining(['b1-1 create started', 'b1-1 create succeeded']));
  expect(sink.changes()).toEqual([{ create: 3 }]);
  expect(state).not.toContain('token-of-b1');

  const unchanged = await run(again('deploy'));
  expect(unchanged.end).toMatchObject({ succeeded: true, outputs: { bucketName: { value: 'b1-1' } } });
  expect(unchanged.sink.changes()).toEqual([{ same: 3 }]);

  const changed = await run(again('deploy', { label: 'new' }));
  expect(changed.sink.resources()).toContain('b1-1 update succeeded');

  await s3.deleteBucket('b1-2');
  const refreshed = await run(again('refresh', { label: 'new' }));
  expect(refreshed.end.succeeded).toBe(true);
  expect(state).not.toContain('"id": "b1-2"');

  const destroyed = await run(again('destroy', { label: 'new' }));
  expect(destroyed.end).toMatchObject({ succeeded: true, outputs: {} });
  expect(await bucketsOf(first)).toEqual([]);
});

test('a wrong credential fails with what the provider says, and with nothing in the state', async () => {
  const variables = { AWS_ACCESS_KEY_ID: s3.accessKeyId, AWS_SECRET_ACCESS_KEY: 'wrong' };
  const { end, sink } = await run(jobOf('deploy', { endpoint: s3.endpoint }, { variables }));
  expect(end.succeeded).toBe(false);
  expect(sink.lines().join('\n')).toContain('SignatureDoesNotMatch');
  expect(sink.outputs).toContainEqual({
    stream: 'event',
    event: expect.objectContaining({
      type: 'diagnostic',
      severity: 'error',
      message: expect.stringContaining('SignatureDoesNotMatch'),
    }),
  });
});

describe('a deployment that is under way', () => {
  const slow = () => jobOf('deploy', { endpoint: s3.endpoint, buckets: 3, delayMs: 4_000 });

  test('goes on without its reader, and is read on without a gap', async () => {
    const job = jobOf('deploy', { endpoint: s3.endpoint, buckets: 2, delayMs: 1_500 });
    await engine.prepare(job, async () => null, ignoreLeft, never);
    const gone = new AbortController();
    const early = collector();
    const cut = engine.run(job, early, 0, gone.signal);
    await waitUntil('the first bucket is there', async () => (await bucketsOf(job)).length > 0);
    gone.abort();
    await expect(cut).rejects.toThrow();
    const late = collector();
    const end = await engine.run(job, late, early.outputs.length, never);
    expect(end.succeeded).toBe(true);
    const whole = collector();
    await engine.run(job, whole, 0, never);
    expect([...early.outputs, ...late.outputs]).toEqual(whole.outputs);
    await engine.forget(job, never);
  });

  test('is canceled: what is in flight ends and is known, and what waits is never made', async () => {
    const job = slow();
    await engine.prepare(job, async () => null, ignoreLeft, never);
    const gone = new AbortController();
    const early = collector();
    const running = engine.run(job, early, 0, gone.signal).catch(() => undefined);
    await waitUntil('the first bucket is being made', async () => (await bucketsOf(job)).length > 0);
    gone.abort();
    await running;
    const late = collector();
    await engine.cancel(job, 60_000, late, early.outputs.length, never);
    expect(await bucketsOf(job)).toHaveLength(1);
    expect(JSON.parse((await engine.readState(job)) ?? '').checkpoint.latest).toMatchObject({
      resources: [
        { type: 'pulumi:pulumi:Stack' },
        { type: 'pulumi:providers:pulumi-nodejs' },
        { type: 'pulumi-nodejs:dynamic:Resource' },
      ],
    });
    expect(late.lines().join('\n')).toMatch(/cancel/i);
    await engine.forget(job, never);
  });

  test('that is killed leaves a state that says what was pending; the next one ends it and takes that state over', async () => {
    const job = slow();
    await engine.prepare(job, async () => null, ignoreLeft, never);
    const running = engine.run(job, collector(), 0, never);
    await waitUntil('the first bucket is being made', async () => (await bucketsOf(job)).length > 0);
    await agent.client.stopCommand(job.id, 0, never);
    const end = await running;
    expect(end).toMatchObject({ succeeded: false, message: expect.stringContaining('before Pulumi was done') });

    const left: [string, string | null][] = [];
    const next = { ...job, id: `run_${++count}`, operation: 'refresh' as const, clearPending: true };
    await engine.prepare(
      next,
      async () => null,
      async (id, found) => void left.push([id, found]),
      never,
    );
    expect(left.map(([id]) => id)).toEqual([job.id]);
    state = left[0]?.[1] ?? null;
    expect(JSON.parse(state ?? '').checkpoint.latest.pending_operations).toMatchObject([{ type: 'creating' }]);
    await engine.forget(next, never);

    const cleared = await run(next);
    expect(cleared.end.succeeded).toBe(true);
    expect(JSON.parse(state ?? '').checkpoint.latest.pending_operations ?? []).toEqual([]);
  });
});

describe('a module', () => {
  test.each([
    ['does not compile', 'export const program = (((;', /Expression expected|Unexpected|SyntaxError|Invalid/i],
    ['throws', 'export async function program() { throw new Error("no such luck"); }', /no such luck/],
    ['exports no program', 'export const other = 1;', /exports no function `program`/],
  ])('that %s fails with the cause', async (_, source, cause) => {
    const { end, sink } = await run(jobOf('deploy', {}, { moduleFolder: await moduleOf(source) }));
    expect(end.succeeded).toBe(false);
    expect([...sink.lines(), end.message].join('\n')).toMatch(cause);
  });

  test('that ends the process well has not succeeded', async () => {
    const moduleFolder = await moduleOf('export async function program() { process.exit(0); }');
    const { end } = await run(jobOf('deploy', {}, { moduleFolder }));
    expect(end).toMatchObject({ succeeded: false, message: expect.stringContaining('before Pulumi was done') });
  });

  test('is given its input, its provider’s variables, and nothing of this machine', async () => {
    const moduleFolder = await moduleOf(`
      import { existsSync } from 'node:fs';
      export async function program(input) {
        return { name: input.target.metadata.name, names: Object.keys(process.env).sort(), sees: existsSync(${JSON.stringify(dirname(s3Module))}) };
      }`);
    const { end } = await run(jobOf('deploy', {}, { moduleFolder, variables: { CLOUD_TOKEN: 'x' } }));
    expect(end.outputs?.['sees']).toEqual({ value: false, secret: false });
    expect(end.outputs?.['names']?.value).toEqual(
      expect.arrayContaining([
        'CLOUD_TOKEN',
        'HOME',
        'PATH',
        'PULUMI_CONFIG_PASSPHRASE',
        'PULUMI_HOME',
        'STACK_INPUT_YAML',
      ]),
    );
    expect(end.outputs?.['names']?.value).not.toEqual(expect.arrayContaining(['VITEST']));
  });

  test('loses none of its lines, in their order, also those of other programs', async () => {
    const moduleFolder = await moduleOf(`
      import { spawnSync } from 'node:child_process';
      export async function program() {
        for (let n = 0; n < 5000; n++) console.log('line ' + n);
        spawnSync('/bin/sh', ['-c', 'echo from a program; echo and its error >&2'], { stdio: 'inherit' });
        process.stdout.write('without an end');
        return {};
      }`);
    const { sink } = await run(jobOf('deploy', {}, { moduleFolder }));
    const lines = sink.lines();
    expect(lines.filter((line) => line.startsWith('line '))).toEqual(
      Array.from({ length: 5000 }, (_, n) => `line ${n}`),
    );
    const at = lines.indexOf('line 4999');
    expect(lines.slice(at + 1, at + 3)).toEqual(['from a program', 'and its error']);
    expect(lines).toContain('without an end');
  });
});
