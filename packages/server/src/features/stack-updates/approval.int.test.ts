import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type StackWorld, startStackWorld } from '../../../test/support/stack-world.ts';

// Deployments that wait for a decision: who decides, what is then done, and what happens to the stack meanwhile.

// Each deploys with the real engine, some several times.
vi.setConfig({ testTimeout: 300_000 });

let world: StackWorld;
beforeAll(async () => {
  world = await startStackWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

let count = 0;
let name: string;
beforeEach(async () => {
  name = `shelf-${++count}`;
  await world.setEnvironment({ deployApproval: 'none' });
});
const cup = () => `${name}-cup`;
const isThere = () => world.cloud.things.has(cup());

/** A deployment of one thing that waits. */
async function waiting(body: object = { preview: true }) {
  const id = await world.apply(name, { [cup()]: 1 });
  const asked = await world.ask('developer', id, 'deploy', body);
  return { id, update: await world.waiting(asked.id) };
}

describe('a deployment with a preview', () => {
  test('shows what it would change, changes nothing, and is done as it was previewed once somebody approves it', async () => {
    const secret = 'a-secret-in-the-plan-of-this-one';
    const id = await world.apply(name, { [cup()]: 1 }, { code: secret });
    const asked = await world.ask('developer', id, 'deploy', { preview: true });
    const update = await world.waiting(asked.id);
    expect(update).toMatchObject({
      status: 'in_progress',
      approval: { state: 'waiting', required: 'anyone', changes: { create: 2 }, decidedBy: null, decidedAt: null },
    });
    expect(isThere()).toBe(false);
    const { rows } = await world.database.pool.query<{ plan: Buffer }>(
      'select plan from stack_update_approvals where stack_update_id = $1',
      [update.id],
    );
    expect(rows[0]?.plan.length).toBeGreaterThan(100);
    expect(rows[0]?.plan.toString('latin1')).not.toContain(secret);

    // The manifest of then, whatever is stored since.
    await world.apply(name, { [cup()]: 7 });
    expect(await world.decide('developer', update.id, 'approve')).toMatchObject({ status: 202 });
    expect(await world.settled(update.id)).toMatchObject({
      status: 'success',
      changes: { create: 2 },
      approval: { state: 'approved', decidedBy: world.members.developer.user.id, decidedAt: expect.any(String) },
    });
    expect(world.cloud.things.get(cup())).toEqual({ size: 1, code: secret });
    const after = await world.database.pool.query(
      'select plan from stack_update_approvals where stack_update_id = $1',
      [update.id],
    );
    expect(after.rows).toEqual([{ plan: null }]);
    const lines = (await world.output(update)).split('\n');
    expect(lines.filter((line) => line.includes(secret))).toEqual([]);
  });

  test('is discarded: nothing of it is done, and the same decision again changes nothing', async () => {
    const { update } = await waiting();
    expect(await world.decide('other', update.id, 'discard')).toMatchObject({ status: 202 });
    expect(await world.decide('developer', update.id, 'discard')).toMatchObject({ status: 202 });
    expect(await world.decide('developer', update.id, 'approve')).toMatchObject({
      status: 409,
      body: { code: 'STACK_UPDATE_DECIDED' },
    });
    expect(await world.get(update.id)).toMatchObject({
      status: 'canceled',
      reason: 'Discarded: a member decided that it is not done.',
      approval: { state: 'discarded', decidedBy: world.members.other.user.id },
    });
    expect(isThere()).toBe(false);
  });

  test('is cancelled while it waits', async () => {
    const { update } = await waiting();
    await world.must('developer', 'POST', `/v1/stack-updates/${update.id}/cancel`);
    expect(await world.get(update.id)).toMatchObject({
      status: 'canceled',
      approval: { state: 'discarded', decidedBy: null },
    });
    expect(await world.decide('other', update.id, 'approve')).toMatchObject({ status: 409 });
  });

  test('that would change nothing asks nobody', async () => {
    await world.setEnvironment({ deployApproval: 'none' });
    const id = await world.apply(name, { [cup()]: 1 });
    await world.settled((await world.ask('developer', id, 'deploy')).id);
    await world.setEnvironment({ deployApproval: 'another_member' });
    const again = await world.settled((await world.ask('developer', id, 'deploy')).id);
    expect(again).toMatchObject({ status: 'success', changes: { same: 2 }, approval: null });
    expect(await world.output(again)).toContain('nobody has to approve it');
  });

  test('is discarded by itself when nobody decides within seven days', async () => {
    const { update } = await waiting();
    const { rows } = await world.database.pool.query<{ days: number }>(
      'select extract(epoch from wait_until - waiting_since)::float8 / 86400 as days from runs where id = $1',
      [update.runId],
    );
    expect(rows[0]?.days).toBeCloseTo(7, 3);
    await world.database.pool.query('update runs set wait_until = now() where id = $1', [update.runId]);
    expect(await world.settled(update.id)).toMatchObject({
      status: 'canceled',
      reason: expect.stringContaining('nobody approved it within 7 days'),
      approval: { state: 'discarded', decidedBy: null },
    });
  });

  test('goes on where it was when the server restarts between decision and deployment', async () => {
    const { update } = await waiting();
    const release = await world.holdWorkers();
    await world.decide('other', update.id, 'approve');
    expect((await world.get(update.id)).status).toBe('queued');
    await release();
    expect(await world.settled(update.id)).toMatchObject({ status: 'success' });
    expect(isThere()).toBe(true);
  });
});

describe('where another member has to approve', () => {
  beforeEach(() => world.setEnvironment({ deployApproval: 'another_member' }));

  test('every deployment waits, and who asked for it does not approve it, by no API token either', async () => {
    const { update } = await waiting({});
    expect(update.approval).toMatchObject({ required: 'another_member' });
    expect(await world.decide('developer', update.id, 'approve')).toMatchObject({
      status: 403,
      body: { code: 'STACK_APPROVAL_BY_REQUESTER' },
    });
    const made = await world.must<{ token: string }>('developer', 'POST', '/v1/api-tokens', {
      name: `token-${count}`,
      scope: 'deploy',
    });
    const url = `/v1/stack-updates/${update.id}/approve`;
    expect((await world.accounts.call('POST', url, made.token)).body).toMatchObject({
      code: 'STACK_APPROVAL_BY_REQUESTER',
    });
    expect(isThere()).toBe(false);
    expect(await world.decide('other', update.id, 'approve')).toMatchObject({ status: 202 });
    expect(await world.settled(update.id)).toMatchObject({ status: 'success' });
  });

  test('nobody else does: not a viewer, not a member of another organization', async () => {
    const { update } = await waiting({});
    expect((await world.decide('viewer', update.id, 'approve')).status).toBe(403);
    expect((await world.decide('stranger', update.id, 'approve')).status).toBe(404);
    expect((await world.decide('stranger', update.id, 'discard')).status).toBe(404);
    expect(await world.decide('developer', update.id, 'discard')).toMatchObject({ status: 202 });
  });

  test('the approval of somebody whose role is taken away before it is done does not count', async () => {
    const { update } = await waiting({});
    const release = await world.holdWorkers();
    await world.decide('other', update.id, 'approve');
    const member = `/v1/organizations/${world.organizationId}/members/${world.members.other.user.id}`;
    await world.must('owner', 'PATCH', member, { role: 'viewer' });
    await release();
    expect(await world.settled(update.id)).toMatchObject({ status: 'failed', errorCode: 'STACK_APPROVAL_VOID' });
    expect(isThere()).toBe(false);
    await world.must('owner', 'PATCH', member, { role: 'developer' });
  });

  test('a resource of no environment is deployed without asking', async () => {
    const id = await world.apply(name, { [cup()]: 1 }, { isFree: true });
    const update = await world.settled((await world.ask('developer', id, 'deploy')).id);
    expect(update).toMatchObject({ status: 'success', approval: null });
  });

  test('only admins set that, and it is in the audit log', async () => {
    const answer = await world.call('developer', 'PATCH', world.environmentUrl, { deployApproval: 'none' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'ENVIRONMENT_GUARDED' } });
    expect((await world.call('developer', 'PATCH', world.environmentUrl, { driftCheckHours: 1 })).status).toBe(403);
    for (const wrong of [{ deployApproval: 'me' }, { driftCheckHours: 0 }, { driftCheckHours: 169 }]) {
      expect((await world.call('owner', 'PATCH', world.environmentUrl, wrong)).status).toBe(400);
    }
    const { rows } = await world.database.pool.query(
      `select actor_id as actor, result from audit_log where action = 'environment.update' and result = 'done'`,
    );
    expect(rows).toContainEqual({ actor: world.members.owner.user.id, result: 'done' });
  });
});

describe('the setting of the environment', () => {
  test('that is turned on while a deployment is queued holds for it', async () => {
    const id = await world.apply(name, { [cup()]: 1 });
    const release = await world.holdWorkers();
    const asked = await world.ask('developer', id, 'deploy');
    await world.setEnvironment({ deployApproval: 'another_member' });
    await release();
    expect((await world.waiting(asked.id)).approval).toMatchObject({ required: 'another_member' });
    await world.decide('developer', asked.id, 'discard');
  });

  test('that is turned on while it waits, or is approved and not done yet, holds for it too', async () => {
    const { update } = await waiting();
    await world.setEnvironment({ deployApproval: 'another_member' });
    expect((await world.decide('developer', update.id, 'approve')).status).toBe(403);
    await world.setEnvironment({ deployApproval: 'none' });
    const release = await world.holdWorkers();
    expect((await world.decide('developer', update.id, 'approve')).status).toBe(202);
    await world.setEnvironment({ deployApproval: 'another_member' });
    await release();
    expect(await world.settled(update.id)).toMatchObject({ status: 'failed', errorCode: 'STACK_APPROVAL_REQUIRED' });
    expect(isThere()).toBe(false);
  });
});

describe('while a deployment waits', () => {
  test('a preview of the stack is not held up, and takes nothing from it', async () => {
    const { id, update } = await waiting();
    const preview = await world.settled((await world.ask('developer', id, 'preview')).id);
    expect(preview).toMatchObject({ status: 'success' });
    await world.decide('other', update.id, 'approve');
    expect(await world.settled(update.id)).toMatchObject({ status: 'success' });
  });

  test.each(['deploy', 'refresh', 'destroy'] as const)('a %s takes its place, and says so', async (operation) => {
    const { id, update } = await waiting();
    const newer = await world.ask('owner', id, operation);
    expect(await world.get(update.id)).toMatchObject({
      status: 'canceled',
      reason: `Discarded: another update of the stack (${operation}) was asked for while it waited for approval.`,
      approval: { state: 'discarded', decidedBy: null },
    });
    expect(await world.settled(newer.id)).toMatchObject({ status: 'success' });
  });

  test('a deletion ends it', async () => {
    const { id, update } = await waiting();
    const { update: deletion } = await world.must<{ update: { id: string } }>(
      'owner',
      'DELETE',
      `/v1/cloud-resources/${id}`,
    );
    expect(await world.get(update.id)).toMatchObject({ status: 'canceled' });
    expect(await world.settled(deletion.id)).toMatchObject({ status: 'success' });
  });
});

test('an update that was queued behind the preview takes the place of the deployment before it waits', async () => {
  const id = await world.apply(name, { [cup()]: 1 });
  const release = await world.holdWorkers();
  const asked = await world.ask('developer', id, 'deploy', { preview: true });
  const refresh = await world.ask('developer', id, 'refresh');
  await release();
  expect(await world.settled(asked.id)).toMatchObject({
    status: 'canceled',
    reason: expect.stringContaining('(refresh)'),
    approval: null,
  });
  expect(await world.settled(refresh.id)).toMatchObject({ status: 'success' });
});

test('what goes beyond its plan is stopped: a value of the outside that is another one by then', async () => {
  const { update } = await waiting();
  await world.database.pool.query(
    `update stack_updates set manifest = jsonb_set(manifest, '{spec,things}', $2) where id = $1`,
    [update.id, JSON.stringify({ [cup()]: 2 })],
  );
  await world.decide('other', update.id, 'approve');
  expect(await world.settled(update.id)).toMatchObject({ status: 'failed', errorCode: 'STACK_PLAN_NOT_MET' });
  expect(isThere()).toBe(false);
});

test('a state that has changed since the preview is not deployed to', async () => {
  const { update } = await waiting();
  // As if it had been made of another state than the newest.
  await world.database.pool.query('update stack_update_approvals set state_version = 5 where stack_update_id = $1', [
    update.id,
  ]);
  await world.decide('other', update.id, 'approve');
  expect(await world.settled(update.id)).toMatchObject({ status: 'failed', errorCode: 'STACK_PLAN_OUTDATED' });
  expect(isThere()).toBe(false);
});

test('decisions are in the audit log with who made them, and an update that does not wait takes none', async () => {
  const { id, update } = await waiting();
  await world.decide('other', update.id, 'discard');
  const { rows } = await world.database.pool.query(
    `select action, actor_id as actor, result from audit_log where subject = $1 and action like '%discard%'`,
    [update.id],
  );
  expect(rows).toEqual([{ action: 'stack_update.discard', actor: world.members.other.user.id, result: 'done' }]);
  const plain = await world.settled((await world.ask('developer', id, 'preview')).id);
  expect(await world.decide('other', plain.id, 'approve')).toMatchObject({
    status: 409,
    body: { code: 'STACK_UPDATE_NOT_WAITING' },
  });
});
