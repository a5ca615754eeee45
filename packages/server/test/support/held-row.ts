import { holdService } from './database-hold.ts';
import type { HeldStep } from './drill-app.ts';
import type { FaultDrill } from './fault-drill.ts';
import { waitUntil } from './wait-until.ts';

/** Brings a deployment to where it needs the service's row, in `step`, while somebody else has that row. */
export async function holdRowIn(drill: FaultDrill, step: 'start' | 'switch' | 'stop') {
  const { id } = drill.service;
  const before: HeldStep = step === 'start' ? 'release' : 'healthy';
  const begun = drill.steps.next(id, before);
  const reached = drill.steps.next(id, step);
  const deployment = await drill.deploy('v2', [before]);
  await begun;
  // A moment later the step before has read the row, and waits for its flag.
  await waitUntil('the step before waits', async () =>
    before === 'release'
      ? (await drill.api.outputOf(deployment.runId)).includes('release begins')
      : (await drill.platform.agent.listInstances()).length === 2,
  );
  const row = await holdService(drill.database.connectionString, id);
  await drill.letGo(deployment, before);
  await reached;
  await row.isWaitedFor();
  return { deployment, row };
}
