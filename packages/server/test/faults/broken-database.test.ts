import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { startDeafPostgres } from '../support/deaf-postgres.ts';
import { drillLeaseMs, type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { type PostgresRelay, startPostgresRelay } from '../support/postgres-relay.ts';
import { waitUntil } from '../support/wait-until.ts';

// PostgreSQL goes away and comes back, or says nothing of what happens: the server goes on, and so do its runs.

async function startCuttable(settings: object = {}): Promise<{ drill: FaultDrill; relay: PostgresRelay }> {
  let relay: PostgresRelay | undefined;
  const drill = await startFaultDrill({
    settings,
    through: async (connectionString) => (relay = await startPostgresRelay(connectionString)),
  });
  if (relay === undefined) throw new Error('no relay was made');
  const mend = relay.mend.bind(relay);
  relay.mend = async () => {
    await mend();
    await drill.faultEnds();
  };
  return { drill, relay };
}

/** Whether the database takes writes; sessions that there are keep what they began with. */
async function setReadOnly({ database }: FaultDrill, isReadOnly: boolean): Promise<void> {
  const client = new Client({
    connectionString: database.connectionString,
    options: '-c default_transaction_read_only=off',
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>('select quote_ident(current_database()) as name');
    await client.query(
      `alter database ${rows[0]?.name} set default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`,
    );
  } finally {
    await client.end();
  }
}

function expectSameServer({ platform }: FaultDrill, pid: number | undefined): void {
  expect(platform.server).toMatchObject({ pid, exitCode: null, signalCode: null });
}

describe.concurrent('the database is gone', () => {
  test.for(['fetch', 'build', 'start', 'healthy', 'switch', 'drain', 'stop'])(
    'for a moment, in step %s: the deployment goes on, and nobody who visits notices',
    async (step) => {
      const { drill, relay } = await startCuttable();
      await using _ = drill;
      const { pid } = drill.platform.server;
      const reached = drill.steps.next(drill.service.id, step);
      const asked = drill.deploy('v2').catch(() => {});
      await reached;
      await relay.cut();
      await sleep(2000);
      await relay.mend();
      await asked;
      const { rows } = await drill.database.pool.query<{ id: string }>(
        'select id from deployments where service_id = $1 order by number desc limit 1',
        [drill.service.id],
      );
      expect(await drill.api.settled(rows[0]?.id ?? '')).toMatchObject({ status: 'active' });
      await expectOneTruth(drill, 'v2');
      expectNoVisitLost(drill);
      expectSameServer(drill, pid);
    },
  );

  test('for longer than a lease lasts, while a build runs: the build goes on, and is not started again', async () => {
    const { drill, relay } = await startCuttable();
    await using _ = drill;
    const { pid } = drill.platform.server;
    const begun = drill.steps.next(drill.service.id, 'build');
    const deployment = await drill.deploy('v2', ['build']);
    await begun;
    await relay.cut();
    await sleep(drillLeaseMs + 3000);
    await relay.mend();
    await drill.letGo(deployment, 'build');
    expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });
    const lines = await drill.api.outputOf(deployment.runId);
    expect(lines.filter((line) => line === 'build begins' || line === 'build ends')).toEqual([
      'build begins',
      'build ends',
    ]);
    await expectOneTruth(drill, 'v2');
    expectNoVisitLost(drill);
    expectSameServer(drill, pid);
  });
});

test('the database takes no writes for longer than a lease lasts, as a standby, while a build runs: who asks is told to come again, and the deployment goes on', async () => {
  const { drill, relay } = await startCuttable();
  await using _ = drill;
  const { pid } = drill.platform.server;
  const begun = drill.steps.next(drill.service.id, 'build');
  const deployment = await drill.deploy('v2', ['build']);
  await begun;
  const change = async (isReadOnly: boolean) => {
    await setReadOnly(drill, isReadOnly);
    await relay.cut();
    await relay.mend();
  };
  await change(true);
  const refusal = await waitUntil('a write is refused for what is the cause', async () => {
    const answer = await drill.api.call('POST', '/v1/projects', { name: 'meanwhile' });
    return answer.status === 503 && answer.body;
  });
  expect(refusal).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  await drill.letGo(deployment, 'build');
  await sleep(drillLeaseMs + 1000);
  await change(false);
  expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });
  const lines = await drill.api.outputOf(deployment.runId);
  expect(lines.filter((line) => /^build (?:begins|ends)$/.test(line))).toEqual(['build begins', 'build ends']);
  await expectOneTruth(drill, 'v2');
  expectNoVisitLost(drill);
  expectSameServer(drill, pid);
});

describe.concurrent('a notification is lost', () => {
  test('because its connection was ended in that moment: the deployment is found, and the next one is heard of', async () => {
    await using drill = await startFaultDrill();
    const { rowCount } = await drill.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'davit-listen'`,
    );
    // One hears of runs, one of what a page shows.
    expect(rowCount).toBe(2);
    await drill.faultEnds();
    for (const version of ['v2', 'v3']) {
      const { id } = await drill.deploy(version);
      expect(await drill.api.settled(id)).toMatchObject({ status: 'active' });
    }
    await expectOneTruth(drill, 'v3');
    expectNoVisitLost(drill);
  });

  test('as all others are, on a connection that only looks alive: the deployment is found by looking', async () => {
    await using drill = await startFaultDrill({ through: startDeafPostgres });
    const { id } = await drill.deploy('v2');
    expect(await drill.api.settled(id)).toMatchObject({ status: 'active' });
    await expectOneTruth(drill, 'v2');
    expectNoVisitLost(drill);
  });
});
