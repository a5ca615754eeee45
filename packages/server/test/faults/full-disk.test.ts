import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFaultDrill } from '../support/fault-drill.ts';
import { type MemoryDisk, mountMemoryDisk } from '../support/memory-disk.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { waitUntil } from '../support/wait-until.ts';

// The disk on which sources are built runs full: a deployment that waits or fails and says so, and nothing half-made that keeps it full.

const megabyte = 1024 * 1024;
const disk: MemoryDisk | undefined = await mountMemoryDisk(16);
await disk?.[Symbol.asyncDispose]();
const mayMount = disk !== undefined;

/** A platform that builds on a disk of 16 MiB, of which `taken` are taken by somebody else. */
async function startOnSmallDisk(taken: number) {
  const small = await mountMemoryDisk(16);
  if (small === undefined) throw new Error('no disk');
  const builds = join(small.folder, 'builds');
  await mkdir(builds, { mode: 0o711 });
  const drill = await startFaultDrill({ environment: { BUILD_DIR: builds, BUILD_MIN_FREE_DISK_MB: '0' } });
  const filler = join(small.folder, 'filler');
  await writeFile(filler, Buffer.alloc(taken * megabyte));
  return {
    drill,
    makeRoom: () => rm(filler),
    async [Symbol.asyncDispose]() {
      await drill[Symbol.asyncDispose]();
      await small[Symbol.asyncDispose]();
    },
  };
}

test.skipIf(!mayMount)(
  'too short for a source: one waits for room and can be canceled, or goes on once there is, and one that never fits fails',
  async () => {
    await using place = await startOnSmallDisk(14);
    const { drill } = place;
    const { api } = drill;
    const deployLarge = (megabytes: number) =>
      drill.deploy('v2', [], { 'large.bin': 'x'.repeat(megabytes * megabyte) });
    const waits = async (runId: string) =>
      await waitUntil('it waits for room', async () =>
        (await api.outputOf(runId)).some((line) =>
          /Waiting for disk space: [01] MB are free, 4 MB are wanted/.test(line),
        ),
      );

    const never = await api.settled((await deployLarge(20)).id);
    expect(never).toMatchObject({ status: 'failed', errorCode: 'SOURCE_EXCEEDS_DISK' });
    expect(never.reason).toMatch(/^The source takes 20 MB, and the disk of the server has room for 16 MB at most/);

    const unwanted = await deployLarge(4);
    await waits(unwanted.runId);
    await api.done('POST', `/v1/deployments/${unwanted.id}/cancel`);
    expect(await api.settled(unwanted.id)).toMatchObject({ status: 'canceled' });
    await expectOneTruth(drill, 'v1');

    const wanted = await deployLarge(4);
    await waits(wanted.runId);
    await place.makeRoom();
    expect(await api.settled(wanted.id)).toMatchObject({ status: 'active' });
    await expectOneTruth(drill, 'v2');
    expectNoVisitLost(drill);
  },
);

test.skipIf(!mayMount)('filled by a build: failed for that, and what the build wrote is gone', async () => {
  await using place = await startOnSmallDisk(1);
  const { drill } = place;
  const more = { 'package.json': JSON.stringify({ name: 'drill', private: true, type: 'module' }) };
  await drill.api.done('PATCH', `/v1/services/${drill.service.id}`, {
    settings: { build: { buildCommand: 'dd if=/dev/zero of=result bs=1048576 count=64' } },
  });
  const failed = await drill.api.settled((await drill.deploy('v2', [], more)).id);
  expect(failed).toMatchObject({ status: 'failed', errorCode: 'BUILD_DISK_FULL' });
  await expectOneTruth(drill, 'v1');
  await drill.api.done('PATCH', `/v1/services/${drill.service.id}`, {
    settings: { build: { buildCommand: 'dd if=/dev/zero of=result bs=1048576 count=4' } },
  });
  expect(await drill.api.settled((await drill.deploy('v2', [], more)).id)).toMatchObject({ status: 'active' });
  await expectOneTruth(drill, 'v2');
  expectNoVisitLost(drill);
});
