import { expect, test } from 'vitest';
import { startFaultDrill } from '../support/fault-drill.ts';
import { makeNewerDavit } from '../support/newer-davit.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { waitUntil } from '../support/wait-until.ts';

// A newer davit over an older database, while an application serves, a build runs and a deployment waits. The newer one is a
// copy of this with a migration more and other code of the agent; the agent is renewed with it.

test('a newer davit takes over: applications serve on, builds go on, and no run that waits is lost', async () => {
  await using newer = await makeNewerDavit();
  await using drill = await startFaultDrill({ settings: { replicas: 2 } });
  const { platform, api } = drill;
  const former = await platform.agent.info();
  const pidsOf = async () => new Set((await platform.agent.listInstances()).map(({ pid }) => pid));
  const pids = await pidsOf();
  const building = await drill.deploy('v2', ['build']);
  await waitUntil('the build has begun', async () =>
    (await api.outputOf(building.runId)).some((line) => line === 'build begins'),
  );
  const waiting = await drill.deploy('v3');

  await platform.restart(newer.main);
  const next = await platform.agent.info();
  expect(next).toMatchObject({ id: former.id, proxy: former.proxy });
  expect(next.pid).not.toBe(former.pid);
  expect(next.build).not.toBe(former.build);
  expect(await pidsOf()).toEqual(pids);
  const { rows } = await drill.database.pool.query('select next_version from services');
  expect(rows).toEqual([{ next_version: 'yes' }]);

  await drill.letGo(building, 'build');
  expect(['active', 'retired']).toContain((await api.settled(building.id)).status);
  expect(await api.settled(waiting.id)).toMatchObject({ status: 'active' });
  const begun = (await api.outputOf(building.runId)).filter((line) => line === 'build begins');
  expect(begun).toHaveLength(1);
  await expectOneTruth(drill, 'v3');
  expectNoVisitLost(drill);

  // The way back leads over a backup: the older davit does not touch what it does not understand, and says so.
  await expect(platform.restart()).rejects.toThrow(newer.migration);
  expect((await platform.agent.info()).pid).toBe(next.pid);
  await platform.start(newer.main);
  await expectOneTruth(drill, 'v3');
  expectNoVisitLost(drill);
});
