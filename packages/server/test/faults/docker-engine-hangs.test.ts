import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DockerEngine, startDockerEngine } from '../support/docker-engine.ts';
import { containerPlace } from '../support/drill-place.ts';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { expectPlainProcessesGoOn } from '../support/plain-processes.ts';

// The Docker engine is there and hangs: it takes connections, and never answers. To davit it is away, as one that has ended is.

let engine: DockerEngine;
let drill: FaultDrill;

beforeAll(async () => {
  engine = await startDockerEngine();
  drill = await startFaultDrill({
    place: containerPlace(engine),
    environment: { RUNTIME: 'auto', RUN_PATIENCE: '20s' },
  });
});
afterAll(async () => {
  engine?.thaw();
  await drill?.[Symbol.asyncDispose]();
  await engine?.[Symbol.asyncDispose]();
});

const waits = expect.stringMatching(/ it hangs\. .* Waiting for it to come back, for up to 20 s\.$/);
const why = /^The Docker engine does not answer: it hangs\. /;

test('plain processes are looked after while the engine hangs, and who asks for containers is told why there is no answer', async () => {
  await expectPlainProcessesGoOn(drill, { go: () => engine.freeze(), comeBack: () => engine.thaw(), why });
  await expectOneTruth(drill, 'v1');
  expectNoVisitLost(drill);
});

describe('a deployment that is asked for while the engine hangs', () => {
  test('waits for it, and succeeds when it goes on', async () => {
    await engine.freeze();
    const deployment = await drill.deploy('v2');
    await expect.poll(() => drill.api.outputOf(deployment.runId)).toContainEqual(waits);
    engine.thaw();
    await drill.faultEnds();
    expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });
    await expectOneTruth(drill, 'v2');
    expectNoVisitLost(drill);
  });

  test('fails for that when it goes on hanging, and leaves nothing behind', async () => {
    await engine.freeze();
    const deployment = await drill.deploy('v3');
    expect(await drill.api.settled(deployment.id)).toMatchObject({
      status: 'failed',
      errorCode: 'BUILD_ENGINE_UNREACHABLE',
      reason: expect.stringMatching(why),
    });
    expect(existsSync(drill.folderOf(deployment))).toBe(false);
    engine.thaw();
    await expectOneTruth(drill, 'v2');
    expectNoVisitLost(drill);
  });
});

test.each(['start', 'healthy', 'stop'])(
  'a deployment whose engine hangs when %s begins goes on with the engine',
  async (step) => {
    const version = `hangs at ${step}`;
    const frozen = drill.steps.next(drill.service.id, step).then(() => engine.freeze());
    const deployment = await drill.deploy(version);
    await frozen;
    // Twice: what is asked once the hanging is known is not asked of the engine any more.
    for (let times = 0; times < 2; times += 1)
      expect((await drill.api.call('GET', `/v1/services/${drill.service.id}/instances`)).body).toMatchObject({
        code: 'RUNTIME_UNREACHABLE',
        detail: expect.stringMatching(why),
      });
    engine.thaw();
    await drill.faultEnds();
    expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });
    await expectOneTruth(drill, version);
    expectNoVisitLost(drill);
  },
);
