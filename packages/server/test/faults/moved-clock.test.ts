import { expect, test } from 'vitest';
import { startFaultDrill } from '../support/fault-drill.ts';
import { createMovedClock } from '../support/moved-clock.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { waitUntil } from '../support/wait-until.ts';

// The server's clock is set, by an hour, in the middle of its work; those of PostgreSQL, of the agent and of people stay.

const hour = 3600;

test('the clock of the server jumps forward by an hour and back by an hour while a deployment runs: it goes on, once', async () => {
  await using clock = await createMovedClock();
  await using drill = await startFaultDrill({ environment: clock.environment });
  const { api, service, platform } = drill;
  const { pid } = platform.server;

  /** What the server takes for the time. */
  const serverTime = async () => Date.parse((await fetch(`${platform.url}/healthz`)).headers.get('date') ?? '');
  const waitForClock = (seconds: number) =>
    waitUntil(`the server's clock is ${seconds} s ahead`, async () => {
      const ahead = ((await serverTime()) - Date.now()) / 1000;
      return Math.abs(ahead - seconds) < hour / 2;
    });

  for (const [version, seconds] of [
    ['v2', hour],
    ['v3', 0],
    ['v4', -hour],
  ] as const) {
    const begun = drill.steps.next(service.id, 'build');
    const deployment = await drill.deploy(version, ['build']);
    await begun;
    await waitUntil('the build has begun', async () => {
      const { rows } = await drill.database.pool.query<{ content: string }>(
        'select content from run_output where run_id = $1',
        [deployment.runId],
      );
      return rows.some(({ content }) => content === 'build begins');
    });
    await clock.move(seconds);
    await waitForClock(seconds);
    // Who signed in before may be signed out by now: an access token is valid for less than an hour.
    await api.login('owner@example.com', 'correct horse battery');
    await drill.letGo(deployment, 'build');
    expect(await api.settled(deployment.id)).toMatchObject({ status: 'active' });
    const lines = await api.outputOf(deployment.runId);
    expect(lines.filter((line) => /^build (begins|ends)$/.test(line))).toEqual(['build begins', 'build ends']);
    await expectOneTruth(drill, version);
    expectNoVisitLost(drill);
  }
  expect(platform.server).toMatchObject({ pid, exitCode: null, signalCode: null });
});
