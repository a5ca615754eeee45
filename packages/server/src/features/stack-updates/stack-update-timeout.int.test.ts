import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { listPlatformProcesses } from '../../../test/support/platform-processes.ts';
import { type StackWorld, startStackWorld } from '../../../test/support/stack-world.ts';
import { waitUntil } from '../../../test/support/wait-until.ts';

// An update whose time is over while a resource hangs: with the real Pulumi engine, and a cloud that does not answer.

vi.setConfig({ testTimeout: 300_000 });

let world: StackWorld;
beforeAll(async () => {
  // What hangs would else be given two minutes to end well.
  world = await startStackWorld({ cancelGraceMs: 2_000 });
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** Ends the time of a run in half a second, counted by its own clock: nobody can ask for less than a minute. */
async function endTimeOf(runId: string): Promise<number> {
  const { rows } = await world.database.pool.query<{ seconds: number }>(
    `update runs set timeout_ms = ceil(extract(epoch from clock_timestamp() - started_at) * 1000) + 500
     where id = $1 returning timeout_ms / 1000.0::float8 as seconds`,
    [runId],
  );
  return rows[0]?.seconds ?? 0;
}

test('an update whose time is over fails with the reason, leaves no process and no lock, and tells what was in flight', async () => {
  const { cloud, agent } = world;
  const id = await world.apply('slow', { cup: 1 });
  cloud.holds.add('cup');
  const asked = await world.ask('developer', id, 'deploy', { timeoutMinutes: 5 });
  await waitUntil('the cloud is asked', () => cloud.held.has('cup'));
  // The program goes on under the agent while no worker looks; the next one has what is left of its time.
  const release = await world.holdWorkers();
  const processes = async () => await listPlatformProcesses(`${agent.folder}/stacks`);
  expect(await processes()).not.toEqual([]);
  const seconds = await endTimeOf(asked.runId);
  await release();

  const update = await world.settled(asked.id);
  expect(update).toMatchObject({
    status: 'failed',
    errorCode: 'RUN_TIMED_OUT',
    reason: `Not done after ${seconds} s, in step apply.`,
    hint: expect.stringContaining('the label davit.dev/timeout-minutes of the manifest gives it more time'),
  });
  expect(await world.output(update)).toMatch(/In flight when it ended \(failed\): creating \S+::cup\. Look at them/);
  expect(await processes()).toEqual([]);
  expect(await agent.client.listCommands()).toEqual([]);
  expect(await world.resource(id)).toMatchObject({ pendingOperations: [{ type: 'creating' }] });

  cloud.holds.clear();
  // A lock that was left behind would have it fail at once.
  const cleared = await world.settled((await world.ask('developer', id, 'refresh', { clearPending: true })).id);
  expect(cleared).toMatchObject({ status: 'success' });
  expect(await world.settled((await world.ask('developer', id, 'deploy')).id)).toMatchObject({ status: 'success' });
  expect(cloud.things.get('cup')).toMatchObject({ size: 1 });
});
