import { createEngineClient, parseDockerHost } from '@davit/agent/engine';
import { describe, expect, test } from 'vitest';
import { buildForeignImage } from '../../../../test/support/container-image.ts';
import { sharedDocker } from '../../../../test/support/shared-docker.ts';
import { describeBuildCache, measureBuildCache } from './engine-build-cache.ts';

const gib = 1024 ** 3;

test('what an engine keeps of builds is measured', async () => {
  const docker = await sharedDocker();
  const address = parseDockerHost(docker.host);
  if (address === undefined) throw new Error('the test is wrong');
  const engine = createEngineClient(address);
  try {
    await buildForeignImage(docker, 'build-cache-size', 'linux/amd64');
    expect(await measureBuildCache(engine, AbortSignal.timeout(60_000))).toBeGreaterThan(0);
  } finally {
    await docker.docker('rmi', '-f', 'build-cache-size');
    engine.close();
  }
});

describe('a build cache', () => {
  test.each([
    [2 * gib, 10 * gib, '2.0 GiB, 20 % of the disk.'],
    [25 * gib, 200 * gib, '25.0 GiB, 13 % of the disk.'],
    [9 * gib, undefined, '9.0 GiB.'],
  ])('of %d bytes on a disk of %d is as a collector leaves it', (cache, disk, text) => {
    expect(describeBuildCache(cache, disk)).toBe(text);
  });

  test.each([
    [12 * gib, 40 * gib, 'It has grown to 12.0 GiB, 30 % of the disk: the engine seems to collect none of it'],
    [40 * gib, 200 * gib, 'It has grown to 40.0 GiB, 20 % of the disk: the engine seems to collect none of it'],
    [11 * gib, undefined, 'It has grown to 11.0 GiB: the engine seems to collect none of it'],
  ])('of %d bytes on a disk of %d is a finding', (cache, disk, text) => {
    expect(() => describeBuildCache(cache, disk)).toThrow(text);
  });
});
