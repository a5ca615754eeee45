import { describe, expect, test } from 'vitest';
import { holdService } from '../support/database-hold.ts';
import { deployFiles } from '../support/deploy-files.ts';
import { drillApp } from '../support/drill-app.ts';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { waitUntil } from '../support/wait-until.ts';

// kill -9 of the server in every step of what changes a service without building anything.

type Action = 'rollback' | 'restart' | 'scale' | 'stop' | 'delete';

interface Hit {
  action: Action;
  /** The step whose beginning ends the server. */
  step: string;
  /** `standing still`: somebody else has the service's row, so that the step stands still before it has done anything. */
  when: 'begun' | 'standing still';
}

const rolloutSteps = ['prepare', 'start', 'healthy', 'switch', 'drain', 'stop'];
const standing = new Set(['start', 'switch', 'stop']);
const hits: Hit[] = [
  ...(['rollback', 'restart', 'scale'] as const).flatMap((action) =>
    rolloutSteps.map((step): Hit => ({ action, step, when: standing.has(step) ? 'standing still' : 'begun' })),
  ),
  ...['drain', 'stop'].map((step): Hit => ({ action: 'stop', step, when: 'begun' })),
  ...['stop', 'clean', 'forget'].map((step): Hit => ({ action: 'delete', step, when: 'begun' })),
];

async function ask(drill: FaultDrill, action: Action) {
  const { api, service } = drill;
  const path = `/v1/services/${service.id}`;
  if (action === 'rollback') return await api.call('POST', `${path}/rollback/${drill.good.id}`);
  if (action === 'delete') return await api.call('DELETE', path);
  return await api.call('POST', `${path}/${action}`, action === 'scale' ? { replicas: 3 } : undefined);
}

/** The answer may have died with the server; the run is there all the same. */
async function lastRunOf({ database, service }: FaultDrill): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from runs where subject = $1 order by position desc limit 1',
    [service.id],
  );
  return rows[0]?.id ?? '';
}

async function killIn(drill: FaultDrill, { action, step, when }: Hit): Promise<void> {
  const { service, steps, platform, database } = drill;
  if (when === 'begun') {
    const killed = steps.next(service.id, step, () => void platform.server.kill('SIGKILL'));
    // The answer may die with the server; a refusal is no part of the drill.
    const answer = ask(drill, action).then(
      ({ status }) => expect(status).toBeLessThan(300),
      () => {},
    );
    await Promise.all([killed, answer]);
    await platform.kill();
    return;
  }
  // The row is taken while the step before is under way; should that be too late, the step is hit wherever it is.
  const reached = steps.next(service.id, step);
  const before = rolloutSteps[rolloutSteps.indexOf(step) - 1] ?? '';
  const near = steps.next(service.id, before);
  expect((await ask(drill, action)).status).toBeLessThan(300);
  await near;
  await using row = await holdService(database.connectionString, service.id);
  await Promise.race([reached, row.isWaitedFor()]);
  await platform.kill();
}

/** What the service answers afterwards, and whether those who visit it must not have noticed. */
const afterwards: Record<Action, { serves: string | undefined; unnoticed: boolean }> = {
  rollback: { serves: 'v1', unnoticed: true },
  restart: { serves: 'v2', unnoticed: true },
  scale: { serves: 'v2', unnoticed: true },
  stop: { serves: undefined, unnoticed: false },
  delete: { serves: undefined, unnoticed: false },
};

describe.concurrent('the server is killed', () => {
  test.for(hits)('in step $step of a $action', async (hit) => {
    await using drill = await startFaultDrill();
    expect(await deployFiles(drill.api, drill.service.id, drillApp('v2'))).toMatchObject({ status: 'active' });
    await killIn(drill, hit);
    const runId = await lastRunOf(drill);
    await drill.platform.start();
    expect(await drill.api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
    const { serves, unnoticed } = afterwards[hit.action];
    await expectOneTruth(drill, serves);
    if (unnoticed) expectNoVisitLost(drill);
    if (hit.action === 'scale') expect(await drill.api.instances(drill.service.id)).toHaveLength(3);
    if (hit.action === 'delete') {
      expect((await drill.api.call('GET', `/v1/services/${drill.service.id}`)).status).toBe(404);
      await waitUntil(
        'its host name leads nowhere',
        async () => (await drill.platform.agent.listRoutes()).length === 0,
      );
    }
  });
});
