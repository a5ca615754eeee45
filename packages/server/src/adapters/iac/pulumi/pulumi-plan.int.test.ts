import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { plainJob } from '../../../../test/support/plain-job.ts';
import { type ShelfServer, startShelfServer } from '../../../../test/support/shelf-server.ts';
import { startTestAgent, type TestAgent } from '../../../../test/support/test-agent.ts';
import { createTestEngine } from '../../../../test/support/test-engine.ts';
import type { IacEngine, StackJob, StackOutput } from '../iac.ts';

// What a preview planned is what a deployment is held to; what a drift check finds, and that it changes nothing.

let agent: TestAgent;
let shelf: ShelfServer;
let engine: IacEngine;
beforeAll(async () => {
  [agent, shelf] = await Promise.all([startTestAgent(), startShelfServer()]);
  engine = await createTestEngine(agent);
});
afterAll(async () => {
  await Promise.all([agent?.[Symbol.asyncDispose](), shelf?.[Symbol.asyncDispose]()]);
});

const moduleFolder = fileURLToPath(new URL('../../../../test/fixtures/shelf-module', import.meta.url));
const never = new AbortController().signal;
const code = 'a-code-that-nobody-sees';
let count = 0;
let stackKey: string;
let state: string | null;
beforeEach(() => {
  stackKey = `res_${++count}`;
  state = null;
  shelf.things.clear();
  shelf.writes.length = 0;
});

/** One job of the stack from its preparation to its end; the state is kept for the next. */
async function run(operation: StackJob['operation'], things: Record<string, number>, plan: string | null = null) {
  const target = { kind: 'Shelf', metadata: { name: 'shelf' }, spec: { endpoint: shelf.endpoint, things, code } };
  const job: StackJob = {
    ...plainJob,
    id: `run_${++count}`,
    stackKey,
    address: { organization: 'org', project: 'shop', stack: 'production.Shelf.shelf' },
    operation,
    moduleFolder,
    readable: [moduleFolder],
    input: JSON.stringify({ target, provider_config: {} }),
    variables: {},
    plan,
  };
  const outputs: StackOutput[] = [];
  const ignore = async () => undefined;
  await engine.prepare(job, async () => state, ignore, never);
  const end = await engine.run(job, { write: async (output) => void outputs.push(output) }, 0, never);
  const left = await engine.readState(job);
  await engine.forget(job, never);
  const changed = left !== state;
  state = left;
  return { ...end, changed, text: JSON.stringify(outputs) };
}

test('a preview gives a plan without secrets in clear, and a deployment that keeps to it does what was planned', async () => {
  const preview = await run('preview', { cup: 1, plate: 1 });
  expect(preview).toMatchObject({ succeeded: true, changes: { create: 3 } });
  expect(preview.plan).toContain('cup');
  expect(preview.plan).not.toContain(code);
  expect(preview.plan).not.toContain(Buffer.from(code).toString('base64'));
  expect(shelf.writes).toEqual([]);
  expect(await run('deploy', { cup: 1, plate: 1 }, preview.plan)).toMatchObject({ succeeded: true, plan: null });
  expect(Object.fromEntries(shelf.things)).toEqual({ cup: { size: 1, code }, plate: { size: 1, code } });

  const next = await run('preview', { cup: 2 });
  expect(next.changes).toEqual({ delete: 1, same: 1, update: 1 });
  expect(await run('deploy', { cup: 2 }, next.plan)).toMatchObject({ succeeded: true });
  expect(Object.fromEntries(shelf.things)).toEqual({ cup: { size: 2, code } });
});

test('a deployment that goes beyond the plan fails and does nothing that was not planned', async () => {
  const { plan } = await run('preview', { cup: 1 });
  expect(await run('deploy', { cup: 1, knife: 1 }, plan)).toMatchObject({
    succeeded: false,
    brokePlan: true,
  });
  expect(shelf.things.has('knife')).toBe(false);

  await run('deploy', { cup: 1 });
  const { plan: larger } = await run('preview', { cup: 2 });
  expect(await run('deploy', { cup: 3 }, larger)).toMatchObject({
    succeeded: false,
    brokePlan: true,
  });
  expect(shelf.things.get('cup')).toMatchObject({ size: 1 });
});

test('a drift check names what is different and changes neither the state nor the cloud', async () => {
  await run('deploy', { cup: 1, plate: 1, fork: 1 });
  expect(await run('drift', { cup: 1, plate: 1, fork: 1 })).toMatchObject({ succeeded: true, differences: [] });

  shelf.things.set('cup', { size: 5, code: 'a-code-that-somebody-set' });
  shelf.things.set('plate', { size: 1, code: 'a-code-that-somebody-set' });
  shelf.things.delete('fork');
  shelf.writes.length = 0;
  const found = await run('drift', { cup: 1, plate: 1, fork: 1 });
  expect(found).toMatchObject({ succeeded: true, changed: false, outputs: null });
  expect(found.differences.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
    {
      urn: expect.stringMatching(/::cup$/),
      type: 'pulumi-nodejs:dynamic:Resource',
      name: 'cup',
      operation: 'update',
      properties: ['size'],
    },
    expect.objectContaining({ name: 'fork', operation: 'delete', properties: [] }),
    // What is secret is different, and neither told nor named.
    expect.objectContaining({ name: 'plate', operation: 'update', properties: [] }),
  ]);
  expect(shelf.writes).toEqual([]);
  expect(JSON.stringify(found)).not.toContain('a-code-that');
});
