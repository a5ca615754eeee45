import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FailingRelay, startFailingRelay } from '../../../../test/support/failing-relay.ts';
import { plainJob } from '../../../../test/support/plain-job.ts';
import { type S3Server, startS3Server } from '../../../../test/support/s3-server.ts';
import { startTestAgent, type TestAgent } from '../../../../test/support/test-agent.ts';
import { createTestEngine } from '../../../../test/support/test-engine.ts';
import type { IacEngine, StackEnd, StackJob } from '../iac.ts';

// What becomes of a stack's state besides deployments: real Pulumi, and buckets of a real S3 server.

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
// Each of them calls the CLI several times.
const timeout = 300_000;
const passphrase = 'a passphrase of this stack';
const address = { organization: 'org', project: 'shop', stack: 'production.Buckets.b' };
let count = 0;
let name: string;
let state: string | null;
beforeEach(() => {
  name = `state${++count}`;
  state = null;
});

function jobOf(operation: StackJob['operation'], spec: object, changes: Partial<StackJob> = {}): StackJob {
  const target = { apiVersion: 'v1', kind: 'Buckets', metadata: { name, labels: {} }, spec };
  return {
    ...plainJob,
    id: `run_state_${++count}`,
    stackKey: `res_${name}`,
    address,
    operation,
    moduleFolder: s3Module,
    readable: [s3Module],
    input: JSON.stringify({ target: { ...target, spec: { endpoint: s3.endpoint, ...spec } }, provider_config: {} }),
    variables: { AWS_ACCESS_KEY_ID: s3.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.secretAccessKey },
    passphrase,
    ...changes,
  };
}

/** One job from its preparation to its end; the state is kept for the next. */
async function run(job: StackJob): Promise<{ end: StackEnd; text: string }> {
  const lines: string[] = [];
  const write = async (piece: { stream: string; text?: string; event?: object }) =>
    void lines.push(piece.text ?? JSON.stringify(piece.event));
  await engine.prepare(
    job,
    async () => state,
    async () => undefined,
    never,
  );
  const end = await engine.run(job, { write }, 0, never);
  state = (await engine.readState(job)) ?? state;
  await engine.forget(job, never);
  return { end, text: lines.join('\n') };
}

interface Exported {
  deployment: { resources: { urn: string; type: string; id?: string; external?: boolean }[] };
}
const exported = (): Exported => JSON.parse(engine.exportState(state ?? '')) as Exported;
const idsOf = () => exported().deployment.resources.flatMap(({ type, id }) => (type.includes('dynamic') ? [id] : []));

describe('an import', { timeout }, () => {
  test('takes a bucket that is there into the state, changes nothing of it, and tells what a deployment would', async () => {
    await s3.createBucket('made-by-hand');
    const importing = jobOf('import', { buckets: 2 }, { importIds: { [`${name}-1`]: 'made-by-hand' } });
    const { end, text } = await run(importing);
    expect(end, text).toMatchObject({ succeeded: true, changes: { import: 1, create: 1 }, outputs: null });
    expect(idsOf()).toEqual(['made-by-hand']);
    expect(state).not.toContain('"external"');
    expect(text).toContain(`Imported ${name}-1 (pulumi-nodejs:dynamic:Resource) as made-by-hand.`);
    expect(await s3.listBuckets()).not.toContain(`${name}-1`);

    expect((await run(jobOf('deploy', { buckets: 2 }))).end).toMatchObject({
      succeeded: true,
      changes: { create: 1 },
      outputs: { bucketName: { value: 'made-by-hand' }, buckets: { value: ['made-by-hand', `${name}-2`] } },
    });
  });

  test.each([
    [
      'a bucket that is not there',
      { '': 'not-there-at-all' },
      /state\d+-1" .* does not exist under the id not-there-at-all/,
    ],
    ['a name that the program has not', { files: 'x' }, /makes no resource "files". It makes: state\d+-1\./],
  ])('of %s fails, and leaves the state as it was', async (_, importIds, cause) => {
    const { end, text } = await run(jobOf('import', {}, { importIds }));
    expect(end, text).toMatchObject({ succeeded: false, transient: false, message: expect.stringMatching(cause) });
    expect(exported().deployment.resources ?? []).toEqual([]);
  });
});

describe('a state', { timeout }, () => {
  test('that was exported is put in place of a later one, outputs and secrets too', async () => {
    await run(jobOf('deploy', { buckets: 2 }));
    const earlier = engine.exportState(state ?? '');
    expect(earlier).not.toContain(`token-of-${name}`);
    await run(jobOf('deploy', { buckets: 1 }));
    expect(idsOf()).toEqual([`${name}-1`]);

    await engine.checkState(earlier, { address, passphrase });
    const { end, text } = await run(jobOf('restore', {}, { moduleFolder: null, restoredState: earlier }));
    expect(end, text).toMatchObject({
      succeeded: true,
      outputs: { buckets: { value: [`${name}-1`, `${name}-2`] }, token: { value: `token-of-${name}`, secret: true } },
    });
    expect(idsOf()).toEqual([`${name}-1`, `${name}-2`]);
    expect(await s3.listBuckets()).not.toContain(`${name}-2`);
    expect((await run(jobOf('refresh', { buckets: 2 }))).end.succeeded).toBe(true);
    expect(idsOf()).toEqual([`${name}-1`]);
  });

  test('is refused with the reason when it cannot be one of this stack', async () => {
    await run(jobOf('deploy', {}));
    const good = engine.exportState(state ?? '');
    const refusal = (text: string, words = passphrase) =>
      engine.checkState(text, { address, passphrase: words }).then(
        () => 'taken',
        (error: Error) => error.message,
      );
    expect(await refusal(good)).toBe('taken');
    expect(await refusal(good, 'another')).toMatch(/under another passphrase/);
    expect(await refusal(good.replaceAll('::shop::', '::other::'))).toMatch(
      /of the stack other\/production\.Buckets\.b/,
    );
    expect(await refusal('{"version":3}')).toMatch(/no deployment of Pulumi: deployment/);
    expect(await refusal('not even JSON')).toMatch(/no JSON/);
    expect(await refusal(`${good}${' '.repeat(32 * 1024 * 1024)}`)).toMatch(/larger than 32 MiB/);
    const { deployment, ...rest } = JSON.parse(good) as { deployment: object };
    expect(
      await refusal(JSON.stringify({ ...rest, deployment: { ...deployment, secrets_providers: undefined } })),
    ).toMatch(/does not say what they are encrypted with/);
    const service = { type: 'service', state: {} };
    expect(
      await refusal(JSON.stringify({ ...rest, deployment: { ...deployment, secrets_providers: service } })),
    ).toMatch(/encrypted by "service"/);
  });

  test('that Pulumi finds broken is not kept', async () => {
    await run(jobOf('deploy', {}));
    const before = engine.exportState(state ?? '');
    const broken = JSON.parse(before) as Exported;
    broken.deployment.resources.reverse();
    const restoredState = JSON.stringify(broken);
    await engine.checkState(restoredState, { address, passphrase });
    const { end } = await run(jobOf('restore', {}, { moduleFolder: null, restoredState }));
    expect(end).toMatchObject({ succeeded: false, message: expect.stringMatching(/refers to unknown provider/) });
    expect(JSON.parse(engine.exportState(state ?? '')).deployment.resources).toEqual(
      JSON.parse(before).deployment.resources,
    );
  });
});

describe('an attempt', { timeout }, () => {
  let relay: FailingRelay;
  beforeAll(async () => {
    relay = await startFailingRelay(s3.endpoint);
  });
  afterAll(() => relay[Symbol.asyncDispose]());

  test('that was throttled is said to be transient, and the next goes on with what is there', async () => {
    const job = jobOf('deploy', { endpoint: relay.url, buckets: 2 });
    relay.failNext(1, `/${name}-2`);
    await engine.prepare(
      job,
      async () => null,
      async () => undefined,
      never,
    );
    const first: object[] = [];
    const end = await engine.run(job, { write: async (piece) => void first.push(piece) }, 0, never);
    expect(end).toMatchObject({ succeeded: false, transient: true, pieces: first.length });
    const second = { ...job, attempt: 2 };
    expect(await engine.isBegun(second, never)).toBe(false);
    const next = await engine.run(second, { write: async () => undefined }, 0, never);
    expect(next).toMatchObject({ succeeded: true, changes: { create: 1 } });
    expect(await engine.isBegun(second, never)).toBe(true);
    // Whoever asks again for the first is told of the first.
    expect(await engine.run(job, { write: async () => undefined }, 0, never)).toEqual(end);
    await engine.forget(job, never);
    expect(await engine.isBegun(job, never)).toBe(false);
  });
});
