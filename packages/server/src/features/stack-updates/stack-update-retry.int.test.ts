import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type StackWorld, startStackWorld, type UpdateView } from '../../../test/support/stack-world.ts';

// Retries: of what only an admin may ask for, and of what failed.

vi.setConfig({ testTimeout: 300_000 });

let world: StackWorld;
beforeAll(async () => {
  world = await startStackWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const retry = (who: 'developer' | 'owner', id: string) => world.call(who, 'POST', `/v1/stack-updates/${id}/retry`, {});
const updatesOf = async (cloudResourceId: string) => {
  const { rows } = await world.database.pool.query('select id from stack_updates where cloud_resource_id = $1', [
    cloudResourceId,
  ]);
  return rows;
};

test.each(['destroy', 'delete', 'restore'])(
  'a %s, which only an admin may ask for, is repeated by an admin alone',
  async (operation) => {
    const id = await world.apply(`retry-${operation}`, { [`retry-${operation}`]: 1 });
    const release = await world.holdWorkers();
    const asked = await world.ask('owner', id, 'destroy');
    await world.call('owner', 'POST', `/v1/stack-updates/${asked.id}/cancel`, {});
    await release();
    expect(await world.settled(asked.id)).toMatchObject({ status: 'canceled' });
    await world.database.pool.query('update stack_updates set operation = $2 where id = $1', [asked.id, operation]);
    const before = await updatesOf(id);
    expect(await retry('developer', asked.id)).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } });
    expect(await updatesOf(id)).toEqual(before);
    if (operation === 'restore') return;
    const again = await retry('owner', asked.id);
    expect(again).toMatchObject({ status: 202, body: { operation, retryOf: asked.id } });
    expect(await world.settled((again.body as UpdateView).id)).toMatchObject({ status: 'success' });
  },
);

test('what failed is told once, and is repeated by whoever may deploy', async () => {
  const id = await world.apply('retry-broken', { 'retry-cup': 1 });
  world.cloud.refuses.add('retry-cup');
  const failed = await world.settled((await world.ask('developer', id, 'deploy', { timeoutMinutes: 7 })).id);
  expect(failed).toMatchObject({ status: 'failed' });
  const { rows } = await world.database.pool.query<{ lines: number; again: number }>(
    `select count(*) filter (where step = 'apply')::int as lines, count(*) filter (where step = 'cleanup')::int as again
     from run_output where run_id = $1 and stream <> 'system'`,
    [failed.runId],
  );
  expect(rows[0]?.lines).toBeGreaterThan(0);
  // What the worker wrote ends with a summary: a cleanup that miscounts writes its last lines again.
  expect(rows[0]?.again).toBe(0);
  world.cloud.refuses.clear();
  const again = await retry('developer', failed.id);
  const { runId, ...retried } = await world.settled((again.body as UpdateView).id);
  expect(retried).toMatchObject({ status: 'success', retryOf: failed.id });
  const run = await world.database.pool.query('select timeout_ms as "timeoutMs" from runs where id = $1', [runId]);
  expect(run.rows).toEqual([{ timeoutMs: 7 * 60_000 }]);
});
