import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFaultDrill } from '../support/fault-drill.ts';
import { type MemoryDisk, mountMemoryDisk } from '../support/memory-disk.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';

// The disk on which sources are built runs full: a failed deployment that says so, and nothing half-made that keeps it full.

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
  'full while a source is unpacked: failed for that, and the next one works once there is room',
  async () => {
    await using place = await startOnSmallDisk(14);
    const { drill } = place;
    const more = { 'large.bin': 'x'.repeat(4 * megabyte) };
    const failed = await drill.api.settled((await drill.deploy('v2', [], more)).id);
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'SOURCE_DISK_FULL' });
    await expectOneTruth(drill, 'v1');
    await place.makeRoom();
    expect(await drill.api.settled((await drill.deploy('v2', [], more)).id)).toMatchObject({ status: 'active' });
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
