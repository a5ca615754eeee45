import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngineClient, type EngineAddress, parseDockerHost } from '@davit/agent/engine';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startDockerEngine } from '../../../../test/support/docker-engine.ts';
import { type ImageBuilds, startImageBuilds } from '../../../../test/support/image-builds.ts';
import type { Builder, BuildStage } from '../builder.ts';
import type { PushRegistry } from './image-builder.ts';

let stand: ImageBuilds;
beforeAll(async () => {
  stand = await startImageBuilds();
});
afterAll(() => stand[Symbol.asyncDispose]());
beforeEach(() => stand.next());

function toRegistry(): PushRegistry {
  const { registry } = stand;
  const { host, username, password } = registry;
  return {
    server: host,
    username,
    password,
    prefix: `${host}/team`,
    isPlainHttp: true,
    images: {
      removeManifest: async (name, digest) => void (await registry.ask('DELETE', `/v2/${name}/manifests/${digest}`)),
      removeTag: async () => {},
    },
  };
}

/** An engine that has the base image, and nothing of what this one has built. */
async function startFreshEngine() {
  const engine = await startDockerEngine();
  const archive = join(stand.agent.folder, `small-${stand.count}.tar`);
  await stand.docker.docker('save', '--output', archive, 'small:1');
  await engine.docker('load', '--input', archive);
  await rm(archive);
  return engine;
}

test('another engine takes the steps that are unchanged from the image that serves, and needs none that is there', async () => {
  await using fresh = await startFreshEngine();
  const client = createEngineClient(parseDockerHost(fresh.host) as EngineAddress);
  await using _closed = { [Symbol.asyncDispose]: async () => client.close() };
  const here = stand.builderWith({ registry: toRegistry() });
  const there = stand.builderWith({ registry: toRegistry(), engine: client, dockerHost: fresh.host });
  const secret = `secret-${crypto.randomUUID()}`;
  await stand.put({
    Dockerfile: [
      'FROM small:1',
      'RUN --mount=type=secret,id=TOKEN read x < /proc/sys/kernel/random/uuid; echo "drawn: $x"',
      'COPY version /version',
      'RUN read x < /version; echo "version $x, argument $BUILDKIT_INLINE_CACHE"',
    ].join('\n'),
  });
  const requestOf = (version: number, servingImage?: string) =>
    stand.requestOf({
      id: `${stand.id}v${version}`,
      variables: { TOKEN: secret },
      servingImage: async () => servingImage,
    });
  async function build(builder: Builder, version: number, servingImage?: string) {
    await stand.put({ version: `${version}\n` });
    const output = stand.createOutput();
    const stages: BuildStage[] = [];
    const watched = { ...output, stage: (stage: BuildStage) => void stages.push(stage) };
    const { artifact } = await stand.build(requestOf(version, servingImage), builder, watched);
    expect(output.lines).toContain(`version ${version}, argument `);
    const [draw] = stages.filter(({ title }) => title.includes('kernel/random'));
    return { artifact, isCached: draw?.cached, isDrawn: output.lines.some((line) => line.startsWith('drawn:')) };
  }

  const first = await build(here, 1);
  expect(first).toMatchObject({ isCached: false, isDrawn: true });
  const taken = await build(there, 2, first.artifact.reference);
  expect(taken).toMatchObject({ isCached: true, isDrawn: false });
  expect(taken.artifact.reference).toContain(`/team/svc_${stand.count}@sha256:`);
  // What an image says of its steps is in its configuration.
  const { config } = (await (
    await stand.registry.ask('GET', `/v2/team/svc_${stand.count}/manifests/${first.artifact.digest}`)
  ).json()) as { config: { digest: string } };
  const told = await (await stand.registry.ask('GET', `/v2/team/svc_${stand.count}/blobs/${config.digest}`)).text();
  const [, metadata = ''] = /"moby\.buildkit\.cache\.v0":"([^"]+)"/.exec(told) ?? [];
  expect(Buffer.from(metadata, 'base64').toString()).toMatch(/^\[\{"digest":"sha256:/);
  expect(told + Buffer.from(metadata, 'base64').toString()).not.toContain(secret);

  // An image that was collected, and none.
  const forgetAll = async () => {
    await fresh.docker('builder', 'prune', '-af');
    const images = await fresh.docker('images', '-q', '--filter', `label=davit.image.service=svc_${stand.count}`);
    await fresh.docker('rmi', '-f', ...new Set(images.split('\n').filter((each) => each !== '')));
  };
  await here.remove(first.artifact, stand.signal);
  for (const [at, image] of [first.artifact.reference, undefined].entries()) {
    await forgetAll();
    expect(await build(there, 3 + at, image)).toMatchObject({ isCached: false, isDrawn: true });
  }
});
