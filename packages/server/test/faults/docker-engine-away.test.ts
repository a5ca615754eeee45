import { existsSync } from 'node:fs';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DockerEngine, startDockerEngine } from '../support/docker-engine.ts';
import { containerPlace } from '../support/drill-place.ts';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { type MemoryDisk, mountMemoryDisk } from '../support/memory-disk.ts';
import { expectOneTruth } from '../support/one-truth.ts';
import { expectPlainProcessesGoOn } from '../support/plain-processes.ts';

// The Docker engine is not there when a deployment wants it, or has no room left. What serves stays what serves, and a deployment
// waits as long as a restart of the engine takes, but not for ever. Plain processes need no engine, and go on without it.

const megabyte = 1024 * 1024;
let disk: MemoryDisk;
let engine: DockerEngine;
let drill: FaultDrill;

beforeAll(async () => {
  const mounted = await mountMemoryDisk(3000);
  if (mounted === undefined) throw new Error('an engine needs root, who may mount a disk');
  disk = mounted;
  const dataFolder = join(disk.folder, 'engine');
  await mkdir(dataFolder);
  engine = await startDockerEngine({ dataFolder });
  drill = await startFaultDrill({
    place: containerPlace(engine),
    // The disk is to run full: with room kept free a build waits, or is ended before.
    environment: { RUNTIME: 'auto', RUN_PATIENCE: '20s', BUILD_MIN_FREE_DISK_MB: '0' },
  });
});
afterAll(async () => {
  await drill?.[Symbol.asyncDispose]();
  await engine?.[Symbol.asyncDispose]();
  await disk?.[Symbol.asyncDispose]();
});

const waits = expect.stringMatching(/\. Waiting for it to come back, for up to 20 s\.$/);

describe('a deployment that is asked for while the engine is away', () => {
  test('waits for it, and succeeds when it is back', async () => {
    await engine.stop('SIGTERM');
    const deployment = await drill.deploy('v2');
    await expect.poll(() => drill.api.outputOf(deployment.runId)).toContainEqual(waits);
    await engine.start();
    await drill.faultEnds();
    expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });
    await expectOneTruth(drill, 'v2');
  });

  test('fails for that when it stays away, and leaves nothing behind', async () => {
    // A killed engine leaves its socket, on which nobody listens.
    await engine.stop('SIGKILL');
    const deployment = await drill.deploy('v3');
    expect(await drill.api.settled(deployment.id)).toMatchObject({
      status: 'failed',
      errorCode: 'BUILD_ENGINE_UNREACHABLE',
      reason: expect.stringMatching(/^The Docker engine does not answer: connect ECONNREFUSED \/.*\.$/),
    });
    expect(await drill.api.outputOf(deployment.runId)).toContainEqual(waits);
    expect(existsSync(drill.folderOf(deployment))).toBe(false);
    await engine.start();
    await expectOneTruth(drill, 'v2');
  });
});

test('plain processes are looked after while the engine is away: started again, routed, restarted and stopped', async () => {
  await expectPlainProcessesGoOn(drill, {
    go: () => engine.stop('SIGKILL'),
    comeBack: () => engine.start(),
    why: /^The Docker engine does not answer: /,
  });
  await expectOneTruth(drill, 'v2');
});

test('a server that starts before the engine, as after a boot, has its containers again once that is there', async () => {
  const { api, platform } = drill;
  await engine.stop('SIGKILL');
  await platform.kill();
  await platform.start();
  expect(await api.done('GET', '/health/ready')).toMatchObject({
    status: 'degraded',
    checks: expect.arrayContaining([
      { name: 'runtime', state: 'degraded', detail: expect.stringMatching(/^The Docker engine does not answer: /) },
    ]),
  });
  const finding = async (name: string) => {
    const { findings } = await api.done<{ findings: { check: string }[] }>('GET', '/v1/platform/doctor');
    return findings.find(({ check }) => check === name);
  };
  expect(await finding('runtime.docker')).toMatchObject({
    state: 'fail',
    mend: expect.stringContaining('containers wait for it'),
  });
  const deployment = await drill.deploy('v2');
  await expect.poll(() => api.outputOf(deployment.runId)).toContainEqual(waits);
  await engine.start();
  await drill.faultEnds();
  expect(await api.settled(deployment.id)).toMatchObject({ status: 'active' });
  await expectOneTruth(drill, 'v2');
  expect(await finding('runtime.docker')).toMatchObject({ state: 'ok' });
  // Whether it is well is not for this test to say: any engine that starts on this machine takes the rules away.
  expect(await finding('runtime.networks')).toMatchObject({ title: 'Networks of environments' });
  expect(await finding('disk.Docker')).toMatchObject({ detail: expect.stringContaining(disk.folder) });
});

test('the disk of the engine runs full while an image is built: failed for that, and the next one works once there is room', async () => {
  const seen = drill.visits.failures.length;
  const { bavail, bsize } = await statfs(disk.folder);
  const filler = join(disk.folder, 'filler');
  await writeFile(filler, Buffer.alloc(bavail * bsize - 100 * megabyte));
  const dockerfile = [
    'FROM node:24-slim',
    'ENV HOST=0.0.0.0',
    'WORKDIR /app',
    'COPY . .',
    `RUN node -e "fs.writeFileSync('/large', Buffer.alloc(${200 * megabyte}, 1))"`,
    'CMD ["node", "server.js"]',
  ];
  const large = { Dockerfile: dockerfile.join('\n') };
  expect(await drill.api.settled((await drill.deploy('large', [], large)).id)).toMatchObject({
    status: 'failed',
    errorCode: 'BUILD_DISK_FULL',
  });
  await expectOneTruth(drill, 'v2');
  await rm(filler);
  expect(await drill.api.settled((await drill.deploy('large', [], large)).id)).toMatchObject({ status: 'active' });
  await expectOneTruth(drill, 'large');
  expect(drill.visits.failures.slice(seen)).toEqual([]);
  expect(drill.visits.count).toBeGreaterThan(seen);
});
