import { expect } from 'vitest';
import { holdService } from './database-hold.ts';
import type { FaultDrill } from './fault-drill.ts';

/** What changes a service without building anything. */
export type LifecycleAction = 'rollback' | 'restart' | 'scale' | 'stop' | 'delete';

/** Where in an action the server is killed. */
export interface LifecycleHit {
  action: LifecycleAction;
  /** The step whose beginning ends the server. */
  step: string;
  /** `standing still`: somebody else has the service's row, so that the step stands still before it has done anything. */
  when: 'begun' | 'standing still';
}

/** The steps of an action that moves to other instances. */
export const rolloutSteps = ['prepare', 'start', 'healthy', 'switch', 'drain', 'stop'];

async function ask({ api, service, good }: FaultDrill, action: LifecycleAction): Promise<void> {
  const path = `/v1/services/${service.id}`;
  const call = {
    rollback: () => api.call('POST', `${path}/rollback/${good.id}`),
    delete: () => api.call('DELETE', path),
    scale: () => api.call('POST', `${path}/scale`, { replicas: 3 }),
    restart: () => api.call('POST', `${path}/restart`),
    stop: () => api.call('POST', `${path}/stop`),
  }[action];
  // An answer that died with the server says nothing; a refusal is no part of the drill.
  const status = await call().then(
    (answer) => answer.status,
    () => 0,
  );
  expect(status).toBeLessThan(300);
}

/** The answer may have died with the server; the run is there all the same. */
async function lastRunOf({ database, service }: FaultDrill): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from runs where subject = $1 order by position desc limit 1',
    [service.id],
  );
  return rows[0]?.id ?? '';
}

/** Does something, and kills the server in the moment in which a step begins. */
export async function killWhenBegun(drill: FaultDrill, step: string, act: () => Promise<unknown>): Promise<void> {
  const { service, steps, platform } = drill;
  const killed = steps.next(service.id, step, () => void platform.server.kill('SIGKILL'));
  // The answer may die with the server.
  await Promise.all([killed, act().catch(() => {})]);
  await platform.kill();
}

/** The row is taken while the step before is under way; should that be too late, the step is hit wherever it is. */
async function killStandingStill(drill: FaultDrill, { action, step }: LifecycleHit): Promise<void> {
  const { service, steps, platform, database } = drill;
  const reached = steps.next(service.id, step);
  const near = steps.next(service.id, rolloutSteps[rolloutSteps.indexOf(step) - 1] ?? '');
  await ask(drill, action);
  await near;
  await using row = await holdService(database.connectionString, service.id);
  await Promise.race([reached, row.isWaitedFor()]);
  await platform.kill();
}

/** Starts the server again, and waits for the run that it was killed in to have succeeded all the same. */
export async function expectLastRunSucceeds(drill: FaultDrill): Promise<void> {
  const runId = await lastRunOf(drill);
  await drill.platform.start();
  expect(await drill.api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
}

/** Kills the server in the step, starts it again, and waits for the run to have succeeded all the same. */
export async function surviveLifecycleHit(drill: FaultDrill, hit: LifecycleHit): Promise<void> {
  if (hit.when === 'begun') await killWhenBegun(drill, hit.step, () => ask(drill, hit.action));
  else await killStandingStill(drill, hit);
  await expectLastRunSucceeds(drill);
}
