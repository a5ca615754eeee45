import { describe, expect, test } from 'vitest';
import { deployFiles } from '../support/deploy-files.ts';
import { drillApp } from '../support/drill-app.ts';
import { startFaultDrill } from '../support/fault-drill.ts';
import {
  type LifecycleAction,
  type LifecycleHit,
  rolloutSteps,
  surviveLifecycleHit,
} from '../support/lifecycle-drill.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { waitUntil } from '../support/wait-until.ts';

// kill -9 of the server in every step of what changes a service without building anything.

const standing = new Set(['start', 'switch', 'stop']);
const hits: LifecycleHit[] = [
  ...(['rollback', 'restart', 'scale'] as const).flatMap((action) =>
    rolloutSteps.map((step): LifecycleHit => ({ action, step, when: standing.has(step) ? 'standing still' : 'begun' })),
  ),
  ...['drain', 'stop'].map((step): LifecycleHit => ({ action: 'stop', step, when: 'begun' })),
  ...['stop', 'clean', 'forget'].map((step): LifecycleHit => ({ action: 'delete', step, when: 'begun' })),
];

/** What the service answers afterwards, and whether those who visit it must not have noticed. */
const afterwards: Record<LifecycleAction, { serves: string | undefined; unnoticed: boolean }> = {
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
    await surviveLifecycleHit(drill, hit);
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
