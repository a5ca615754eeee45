import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type StackWorld, startStackWorld } from '../../../test/support/stack-world.ts';
import { waitUntil } from '../../../test/support/wait-until.ts';

// Drift: what of a cloud resource is not as its state says, looked for by hand and by the clock.

// Each deploys with the real engine several times.
vi.setConfig({ testTimeout: 300_000 });

let world: StackWorld;
beforeAll(async () => {
  world = await startStackWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

let count = 0;
let name: string;
beforeEach(() => {
  name = `drift-${++count}`;
});
const thing = (which: string) => `${name}-${which}`;

async function deployed(which: readonly string[], options: { isFree?: boolean } = {}): Promise<string> {
  const things = Object.fromEntries(which.map((each) => [thing(each), 1]));
  const id = await world.apply(name, things, { code: 'the-code-of-davit', ...options });
  expect(await world.settled((await world.ask('developer', id, 'deploy')).id)).toMatchObject({ status: 'success' });
  return id;
}
async function versionsOf(id: string): Promise<unknown[]> {
  const { rows } = await world.database.pool.query(
    'select version, run_id, state from stack_checkpoints where cloud_resource_id = $1',
    [id],
  );
  return rows;
}
async function openChecks(): Promise<string[]> {
  const { rows } = await world.database.pool.query<{ subject: string }>(
    `select subject from runs where kind = 'stack.drift' and state in ('queued', 'running') order by id`,
  );
  return rows.map(({ subject }) => subject);
}
/** As if it had been made, and checked last, so long ago. */
async function makeOlder(id: string, hours: number): Promise<void> {
  const ago = `${hours} hours`;
  await world.database.pool.query(`update cloud_resources set created_at = created_at - $2::interval where id = $1`, [
    id,
    ago,
  ]);
  await world.database.pool.query(
    `update stack_updates set created_at = created_at - $2::interval where cloud_resource_id = $1`,
    [id, ago],
  );
}

test('a check finds nothing, then what was changed and what is gone, and changes neither state nor cloud', async () => {
  const id = await deployed(['cup', 'fork']);
  expect(await world.resource(id)).toMatchObject({ drift: null });
  const first = await world.settled((await world.ask('developer', id, 'drift-check')).id);
  expect(first).toMatchObject({ operation: 'drift', status: 'success' });
  expect(await world.resource(id)).toMatchObject({
    drift: { status: 'in_sync', stackUpdateId: first.id, differences: [], checkedAt: expect.any(String) },
  });

  world.cloud.things.set(thing('cup'), { size: 9, code: 'the-code-of-somebody-else' });
  world.cloud.things.delete(thing('fork'));
  const [states, writes] = [await versionsOf(id), world.cloud.writes.length];
  const second = await world.settled((await world.ask('developer', id, 'drift-check')).id);
  const found = await world.resource(id);
  expect(found).toMatchObject({ drift: { status: 'drifted', stackUpdateId: second.id } });
  const { differences } = found['drift'] as { differences: { name: string }[] };
  expect(differences.toSorted((one, other) => one.name.localeCompare(other.name))).toEqual([
    {
      urn: expect.stringContaining(thing('cup')),
      type: 'pulumi-nodejs:dynamic:Resource',
      name: thing('cup'),
      operation: 'update',
      properties: ['size'],
    },
    expect.objectContaining({ name: thing('fork'), operation: 'delete', properties: [] }),
  ]);
  const output = await world.output(second);
  expect(output).toContain(`${thing('cup')} is otherwise than the state says: size`);
  expect(output).toContain(`${thing('fork')} is gone`);
  expect(output + JSON.stringify(found['drift'])).not.toContain('the-code-of');
  expect(await versionsOf(id)).toEqual(states);
  expect(world.cloud.writes).toHaveLength(writes);

  // A refresh takes what is there into the state: what was found is no more.
  expect(await world.settled((await world.ask('developer', id, 'refresh')).id)).toMatchObject({ status: 'success' });
  expect(await world.resource(id)).toMatchObject({ drift: null });
});

test('what is not deployed is not checked; a check that fails says so', async () => {
  const id = await world.apply(name, { [thing('cup')]: 1 });
  expect(await world.call('developer', 'POST', `/v1/cloud-resources/${id}/drift-check`, {})).toMatchObject({
    status: 409,
    body: { code: 'CLOUD_RESOURCE_NOT_DEPLOYED' },
  });
  expect((await world.call('viewer', 'POST', `/v1/cloud-resources/${id}/drift-check`, {})).status).toBe(403);
  await world.settled((await world.ask('developer', id, 'deploy')).id);
  await world.database.pool.query(`update stack_checkpoints set state = 'broken' where cloud_resource_id = $1`, [id]);
  const check = await world.settled((await world.ask('developer', id, 'drift-check')).id);
  expect(check).toMatchObject({ status: 'failed' });
  expect(await world.resource(id)).toMatchObject({
    drift: { status: 'failed', stackUpdateId: check.id, differences: [] },
  });
});

describe('by the clock', () => {
  beforeEach(() => world.setEnvironment({ driftCheckHours: 24 }));

  test('a check comes when the hours of the environment are over, once for all servers, and counts from the last one', async () => {
    const id = await deployed(['cup']);
    const schedule = world.driftSchedule();
    await schedule.tick();
    expect(await openChecks()).toEqual([]);
    await makeOlder(id, 25);
    const release = await world.holdWorkers();
    await Promise.all([schedule.tick(), world.driftSchedule().tick(), world.driftSchedule().tick()]);
    await schedule.tick();
    expect(await openChecks()).toEqual([id]);
    await release();
    const checked = await waitUntil('the check', async () => {
      const { drift } = await world.resource(id);
      return (drift ?? undefined) as { status: string; stackUpdateId: string } | undefined;
    });
    expect(checked).toMatchObject({ status: 'in_sync' });
    expect(await world.settled(checked.stackUpdateId)).toMatchObject({ status: 'success', createdBy: null });
    await schedule.tick();
    expect(await openChecks()).toEqual([]);
  });

  test('never while an update is open or the resource is being deleted, nor where nothing is deployed or no hours are set', async () => {
    const open = await deployed(['cup']);
    name = `${name}-deleting`;
    const deleting = await deployed(['cup']);
    await makeOlder(open, 30);
    await makeOlder(deleting, 30);
    await world.database.pool.query('update cloud_resources set deleting = true where id = $1', [deleting]);
    const release = await world.holdWorkers();
    const preview = await world.ask('developer', open, 'preview');
    await world.driftSchedule().tick();
    expect(await openChecks()).toEqual([]);
    await release();
    await world.settled(preview.id);
    await world.database.pool.query('update cloud_resources set deleted_at = now() where id = any($1)', [
      [open, deleting],
    ]);
    name = `${name}-more`;
    const bare = await world.apply(name, { [thing('cup')]: 1 });
    await makeOlder(bare, 30);
    name = `${name}-free`;
    await makeOlder(await deployed(['cup'], { isFree: true }), 300);
    await world.driftSchedule().tick();
    expect(await openChecks()).toEqual([]);
  });

  test('one at a time of an organization, the longest overdue first, and not more than there is room for', async () => {
    const later = await deployed(['cup']);
    name = `${name}-older`;
    const sooner = await deployed(['cup']);
    await makeOlder(later, 40);
    await makeOlder(sooner, 50);
    const release = await world.holdWorkers();
    await world.driftSchedule(0).tick();
    expect(await openChecks()).toEqual([]);
    await world.driftSchedule().tick();
    await world.driftSchedule().tick();
    expect(await openChecks()).toEqual([sooner]);
    await release();
    await waitUntil('the first is over', async () => (await openChecks()).length === 0);
    await world.driftSchedule().tick();
    await waitUntil('the other is checked', async () => (await world.resource(later))['drift'] !== null);
  });
});
