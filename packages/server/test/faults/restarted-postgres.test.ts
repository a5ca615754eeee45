import { describe, expect, test } from 'vitest';
import type { DeploymentView } from '../support/api-caller.ts';
import { flags } from '../support/drill-app.ts';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { holdRowIn } from '../support/held-row.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { type OwnPostgres, startOwnPostgres } from '../support/own-postgres.ts';
import { startSteadyWriter } from '../support/steady-writer.ts';
import { waitUntil } from '../support/wait-until.ts';

// The server process of PostgreSQL is shut down by its operator, or is killed, and starts again, with all that goes with it: it ends
// sessions in the middle of a transaction, refuses those that come, recovers, and empties what it keeps no journal of.

type Signal = 'SIGINT' | 'SIGKILL';

const signInLimit = 6;
const triesBefore = 4;
/** In a database that was shut down the count goes on, in which there is the owner's account too; a crash forgets it. */
const triesLeft = { SIGINT: signInLimit - triesBefore - 1, SIGKILL: signInLimit };

/** Signs in with a wrong password; the status of the answer. */
async function failToSignIn({ api }: FaultDrill): Promise<number> {
  const { status } = await api.call('POST', '/auth/login', { email: 'owner@example.com', password: 'not that one' });
  return status;
}

/** A deployment in a step that it does not come out of by itself. */
async function bringInto(drill: FaultDrill, step: 'build' | 'start' | 'switch'): Promise<DeploymentView> {
  // What holds the row goes away with the database, and so holds nothing afterwards.
  if (step !== 'build') return (await holdRowIn(drill, step)).deployment;
  const deployment = await drill.deploy('v2', ['build']);
  await waitUntil('the build has begun', async () =>
    (await drill.api.outputOf(deployment.runId)).includes('build begins'),
  );
  return deployment;
}

async function expectUnavailable({ api }: FaultDrill): Promise<void> {
  expect(await api.call('GET', '/v1/projects')).toMatchObject({
    status: 503,
    body: { code: 'DATABASE_UNAVAILABLE' },
  });
}

/** While nothing answers: a build does not wait for the database, and its worker gives it up for one that will have it. */
async function goOnWithout(drill: FaultDrill, deployment: DeploymentView): Promise<void> {
  await drill.place.touch(deployment, drill.folderOf(deployment), flags.build);
  await waitUntil('the lease is lost', async () =>
    (await drill.platform.log())
      .split('\n')
      .some((line) => line.includes(deployment.runId) && line.includes('lease lost')),
  );
}

/** Ends PostgreSQL, does something while it is gone, and starts it again. */
async function restart(drill: FaultDrill, postgres: OwnPostgres, signal: Signal, meanwhile: () => Promise<void>) {
  if (signal === 'SIGINT') {
    const session = await postgres.holdShutdown();
    const gone = postgres.stop('SIGINT');
    await waitUntil('it says that it shuts down', async () => (await postgres.refusal()) === '57P03');
    await expectUnavailable(drill);
    session.letGo();
    await gone;
    expect(await session.endedBy).toBe('57P01');
    await expectUnavailable(drill);
    await meanwhile();
    await postgres.start();
    return;
  }
  const recover = await postgres.holdRecovery();
  await postgres.stop('SIGKILL');
  await expectUnavailable(drill);
  await meanwhile();
  const started = postgres.start();
  await waitUntil('it says that it starts up', async () => (await postgres.refusal()) === '57P03');
  await expectUnavailable(drill);
  await recover();
  await started;
}

/** The limit counts again, from what is left of the time before. */
async function expectRateLimits(drill: FaultDrill, signal: Signal): Promise<void> {
  const answers: number[] = [];
  for (let tries = 0; tries <= triesLeft[signal]; tries += 1) answers.push(await failToSignIn(drill));
  expect(answers).toEqual([...Array.from({ length: triesLeft[signal] }, () => 401), 429]);
}

async function listMissing({ database }: FaultDrill, projectIds: readonly string[]): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from unnest($1::text[]) as told (id) except select id from projects',
    [projectIds],
  );
  return rows.map(({ id }) => id);
}

const how = { SIGINT: 'is shut down', SIGKILL: 'is killed' };
const drills = (['SIGINT', 'SIGKILL'] as const).flatMap((signal) =>
  (['build', 'start', 'switch'] as const).map((step) => ({ signal, step, what: how[signal] })),
);

describe.concurrent('the server process of PostgreSQL', () => {
  test.for(drills)(
    '$what in step $step of a deployment, and starts again: the deployment goes on, and all that was told is so',
    async ({ signal, step }) => {
      const postgres = await startOwnPostgres();
      await using drill = await startFaultDrill({
        database: postgres,
        environment: { RATE_LIMIT_SIGN_IN: String(signInLimit), RATE_LIMIT_WINDOW: '1h' },
      });
      const { api, platform } = drill;
      const { pid } = platform.server;
      for (let tries = 0; tries < triesBefore; tries += 1) expect(await failToSignIn(drill)).toBe(401);
      const deployment = await bringInto(drill, step);
      await using writer = startSteadyWriter(api);
      await waitUntil('something is written', () => writer.seen.acknowledged.length > 0);

      await restart(drill, postgres, signal, async () => {
        if (step === 'build') await goOnWithout(drill, deployment);
        await waitUntil('a write is refused', () => writer.seen.refused.length > 0);
      });
      await drill.faultEnds();

      const before = writer.seen.acknowledged.length;
      await waitUntil('something is written again', () => writer.seen.acknowledged.length > before);
      const { acknowledged, refused } = await writer.stop();
      expect(await listMissing(drill, acknowledged)).toEqual([]);
      expect([...new Set(refused)]).toEqual(['503 DATABASE_UNAVAILABLE']);
      await expectRateLimits(drill, signal);

      expect(await api.settled(deployment.id)).toMatchObject({ status: 'active' });
      // It met the restart: its step began again, or, where that took longer than its lease, another worker went on with it.
      const met = (await platform.log()).split('\n').filter((line) => line.includes(deployment.runId));
      expect(
        met.some((line) => /"code":"DATABASE_UNREACHABLE","msg":"step failed"|"msg":"lease lost"/.test(line)),
      ).toBe(true);
      if (step === 'build') {
        const lines = await api.outputOf(deployment.runId);
        expect(lines.filter((line) => /^build (?:begins|ends)$/.test(line))).toEqual(['build begins', 'build ends']);
      }
      await expectOneTruth(drill, 'v2');
      expectNoVisitLost(drill);
      expect(platform.server).toMatchObject({ pid, exitCode: null, signalCode: null });
    },
  );
});
