import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Gate, startGate } from '../support/gate.ts';
import { listPlatformProcesses, waitForNoProcesses } from '../support/platform-processes.ts';
import { type StepWatch, watchSteps } from '../support/step-watch.ts';
import { startTestStacks, type TestStacks, type UpdateView } from '../support/test-stacks.ts';
import { waitUntil } from '../support/wait-until.ts';

// kill -9 of whoever works on a stack, with the real Pulumi engine and a real S3 server. That the server is killed while a program
// runs is shown by e2e/cloud-resources.test.ts.

let stacks: TestStacks;
let steps: StepWatch;
let gate: Gate;
beforeAll(async () => {
  [stacks, gate] = await Promise.all([startTestStacks(), startGate()]);
  steps = await watchSteps(stacks.platform.database.connectionString);
});
afterAll(async () => {
  await steps?.[Symbol.asyncDispose]();
  await Promise.all([stacks?.[Symbol.asyncDispose](), gate?.[Symbol.asyncDispose]()]);
});

interface ResourceView {
  resourceCount: number;
  pendingOperations: { type: string; urn: string }[];
}
const api = () => stacks.platform.api;
const resource = (id: string) => api().done<ResourceView>('GET', `/v1/cloud-resources/${id}`);
const linesOf = ({ runId }: { runId: string }) => api().outputOf(runId);
const folderOf = (id: string) => join(stacks.platform.dataDir, 'stacks', id);
const isThere = (folder: string) =>
  readdir(folder).then(
    () => true,
    () => false,
  );

async function applyOne(name: string, spec = ''): Promise<string> {
  const [id = ''] = await stacks.apply(stacks.manifest(name, spec));
  return id;
}

/** Kills the server in the moment in which a run about the resource has begun with this step, and starts it again. */
async function killServerIn(step: string, id: string, ask: () => Promise<string>): Promise<string> {
  const { server } = stacks.platform;
  const reached = steps.next(id, step, () => void server.kill('SIGKILL'));
  const updateId = await ask();
  await reached;
  await stacks.platform.kill();
  await stacks.platform.start();
  return updateId;
}

/** Begins a deployment whose first bucket is there and whose program waits for {@link Gate.open}. */
async function beginDeployment(name: string): Promise<{ id: string; update: UpdateView }> {
  const id = await applyOne(name, `  gate: ${gate.url}\n`);
  const update = await stacks.ask(id, 'deploy');
  await waitUntil('the bucket is there', async () => (await stacks.bucketsOf(name)).length > 0);
  return { id, update };
}

afterEach(async () => {
  expect(await stacks.platform.agent.listCommands()).toEqual([]);
  const stackFolders = await readdir(join(stacks.platform.dataDir, 'stacks'));
  const left = await Promise.all(stackFolders.map((id) => readdir(folderOf(id))));
  expect(left.flat().filter((name) => name.startsWith('run_'))).toEqual([]);
});

describe('the server is killed', () => {
  test.for(['module', 'prepare', 'tidy'])(
    'as step %s of a deployment begins: it is done, and done once',
    async (step) => {
      const name = `in-${step}`;
      const id = await applyOne(name);
      const updateId = await killServerIn(step, id, async () => (await stacks.ask(id, 'deploy')).id);
      const update = await stacks.settled(updateId);
      const lines = await linesOf(update);
      expect(update, lines.join('\n')).toMatchObject({ status: 'success', changes: { create: 2 } });
      expect(lines.filter((line) => line === `making 1 bucket(s) for ${name}`)).toHaveLength(1);
      expect(await stacks.bucketsOf(name)).toEqual([`${name}-1`]);
      expect(await resource(id)).toMatchObject({ resourceCount: 3, pendingOperations: [] });
    },
  );

  test('as a deletion tidies up: the resource is gone, with its folder and its hold on the credential', async () => {
    const id = await applyOne('deleted');
    expect((await stacks.run(id, 'deploy')).status).toBe('success');
    const usedBy = async () =>
      (await api().done<{ usedBy: { name: string }[] }>('GET', '/v1/credentials/prod')).usedBy.map((each) => each.name);
    expect(await usedBy()).toContain('S3Buckets/deleted');
    expect(await isThere(folderOf(id))).toBe(true);
    const updateId = await killServerIn('tidy', id, async () => {
      const { update } = await api().done<{ update: UpdateView }>('DELETE', `/v1/cloud-resources/${id}`);
      return update.id;
    });
    expect(await stacks.settled(updateId)).toMatchObject({ operation: 'delete', status: 'success' });
    expect((await api().call('GET', `/v1/cloud-resources/${id}`)).status).toBe(404);
    expect(await stacks.bucketsOf('deleted')).toEqual([]);
    expect(await usedBy()).not.toContain('S3Buckets/deleted');
    expect(await isThere(folderOf(id))).toBe(false);
  });
});

describe('while a resource is being made', () => {
  test.for([
    ['the program', /^\S*node .*worker\.ts /],
    ['Pulumi', /^\S*pulumi up /],
  ] as const)(
    '%s is killed: a failed update with what was in flight, nothing runs on, and the stack is free',
    async ([whom, pattern]) => {
      const { id, update } = await beginDeployment(whom === 'Pulumi' ? 'engine' : 'program');
      const found = (await listPlatformProcesses(folderOf(id))).filter(({ command }) => pattern.test(command));
      expect(found).toHaveLength(1);
      for (const { pid } of found) process.kill(pid, 'SIGKILL');

      expect(await stacks.settled(update.id)).toMatchObject({ status: 'failed', errorCode: 'STACK_UPDATE_FAILED' });
      expect((await linesOf(update)).join('\n')).toMatch(/In flight when it ended \(failed\): creating \S+-1\. /);
      expect((await resource(id)).pendingOperations).toMatchObject([{ type: 'creating' }]);
      expect(await waitForNoProcesses(folderOf(id))).toEqual([]);
      // A lock that was left would have it fail.
      expect(await stacks.run(id, 'refresh', { clearPending: true })).toMatchObject({ status: 'success' });
      expect((await resource(id)).pendingOperations).toEqual([]);
    },
  );

  test('the agent is killed: another comes, and the update goes on to its end', async () => {
    const { id, update } = await beginDeployment('agent');
    const { agent } = stacks.platform;
    const { pid: before } = await agent.info();
    process.kill(before, 'SIGKILL');
    await waitUntil('another agent answers', async () => {
      const pid = await agent.info().then(
        (info) => info.pid,
        () => before,
      );
      return pid !== before;
    });
    gate.open();
    const ended = await stacks.settled(update.id);
    const lines = await linesOf(update);
    expect(ended, lines.join('\n')).toMatchObject({ status: 'success', changes: { create: 2 } });
    expect(lines.filter((line) => line === 'making 1 bucket(s) for agent')).toHaveLength(1);
    expect(await resource(id)).toMatchObject({ resourceCount: 3, pendingOperations: [] });
  });
});
