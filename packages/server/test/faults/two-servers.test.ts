import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startDeployment } from '../support/deploy-files.ts';
import { drillApp, drillSettings, flags } from '../support/drill-app.ts';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { waitUntil } from '../support/wait-until.ts';

// Two servers on one database and one agent, both at work; one of them is killed.

/** Starts a second server beside the first. @returns what kills the first */
async function startSecond({ platform }: FaultDrill) {
  const first = platform.server;
  await platform.start();
  async function kill(): Promise<void> {
    if (first.exitCode !== null || first.signalCode !== null) return;
    const gone = once(first, 'exit');
    first.kill('SIGKILL');
    await gone;
  }
  return { kill, [Symbol.asyncDispose]: kill };
}

test('two servers share the work; when one is killed, the other goes on with what both did', async () => {
  await using drill = await startFaultDrill({ environment: { WORKER_CONCURRENCY: '1' } });
  const { api, platform, service } = drill;
  await using first = await startSecond(drill);
  const neighbour = await api.createService(service.projectId, { name: 'neighbour', settings: drillSettings });
  const own = await drill.deploy('v2', ['build']);
  const other = await startDeployment(api, neighbour.id, drillApp('n1', ['build']));
  // Each server works on one run at a time: only two of them are in two builds at once.
  for (const { runId } of [own, other])
    await waitUntil('both builds are under way', async () => (await api.outputOf(runId)).includes('build begins'));

  await first.kill();
  await drill.letGo(own, 'build');
  await writeFile(join(platform.dataDir, 'builds', neighbour.id, other.id, flags.build), '');
  for (const { id, runId } of [own, other]) {
    expect(await api.settled(id)).toMatchObject({ status: 'active' });
    const lines = await api.outputOf(runId);
    expect(lines.filter((line) => /^build (?:begins|ends)$/.test(line))).toEqual(['build begins', 'build ends']);
  }
  await expectOneTruth(drill, 'v2');
  expectNoVisitLost(drill);
});
