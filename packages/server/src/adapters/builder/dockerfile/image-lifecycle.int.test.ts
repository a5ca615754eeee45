import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildctlFolder, startBuildkitDaemon } from '../../../../test/support/buildkit-daemon.ts';
import { type ImageBuilds, startImageBuilds } from '../../../../test/support/image-builds.ts';
import { startImageRegistry } from '../../../../test/support/image-registry.ts';
import { waitUntil } from '../../../../test/support/wait-until.ts';
import { describeBuildkit } from './describe-buildkit.ts';

const run = promisify(execFile);
const caFile = '/etc/ssl/certs/ca-certificates.crt';

let stand: ImageBuilds;
beforeAll(async () => {
  stand = await startImageBuilds();
});
afterAll(() => stand[Symbol.asyncDispose]());
beforeEach(() => stand.next());

describe('a build that is interrupted', () => {
  test('goes on under the next server, which says what was not said yet', async () => {
    await stand.put({ Dockerfile: 'FROM debian:12\nRUN echo begun; sleep 3; echo ended\n' });
    const dead = new AbortController();
    const early = stand.createOutput();
    const cut = stand.build(stand.requestOf(), stand.builderWith(), early, dead.signal);
    await waitUntil('the step began', () => early.lines.includes('begun'));
    dead.abort();
    await expect(cut).rejects.toThrow();
    const late = stand.createOutput();
    late.announce = async () => ({ stdout: early.lines.length, stderr: 0 });
    const { artifact } = await stand.build(stand.requestOf(), stand.builderWith(), late);
    expect(late.lines).toContain('ended');
    expect(late.lines).not.toContain('begun');
    expect(await stand.docker.docker('image', 'inspect', artifact.reference)).toContain(stand.id);
  });

  test('and cancelled leaves no command, no container, no image and no file', async () => {
    const marker = `cancelled-${crypto.randomUUID()}`;
    await stand.put({ Dockerfile: `FROM debian:12\nRUN echo begun; : ${marker}; sleep 600; true\n` });
    const cancel = new AbortController();
    const output = stand.createOutput();
    const cut = stand.build(stand.requestOf(), stand.builderWith(), output, cancel.signal);
    await waitUntil('the step began', () => output.lines.includes('begun'));
    cancel.abort();
    await expect(cut).rejects.toThrow();
    await stand.builderWith().abandon(stand.requestOf(), stand.signal);
    expect(await stand.commandsOf(stand.id)).toEqual([]);
    expect([existsSync(stand.folder), existsSync(`${stand.folder}.image`)]).toEqual([false, false]);
    expect(await stand.imagesOf(`davit.image.build=${stand.id}`)).toBe('');
    await waitUntil('the step has ended', async () => {
      const { stdout } = await run('ps', ['-eo', 'args']);
      return !stdout.split('\n').some((line) => line.includes(marker) && line.startsWith('/bin/sh'));
    });
  });
});

describe('images that are not needed any more', () => {
  test('are removed with their release, their service, or because nobody names them; those of others stay', async () => {
    await stand.put({ Dockerfile: 'FROM debian:12\nRUN true\n' });
    const builder = stand.builderWith();
    const ofThis = `davit.image.service=svc_${stand.count}`;
    const [one, two, three] = [
      await stand.build(stand.requestOf()),
      await stand.build(stand.requestOf({ id: `${stand.id}b` })),
      await stand.build(stand.requestOf({ id: `${stand.id}c` })),
    ];
    const foreign = stand.builderWith({ installation: async () => 'another' });
    await foreign.abandon({ id: `svc_${stand.count}`, folder: join(stand.agent.folder, 'nothing') }, stand.signal);
    await builder.remove(one.artifact, stand.signal);
    expect((await stand.imagesOf(ofThis)).trim().split('\n')).toHaveLength(2);
    await builder.tidy({ artifacts: [two.artifact], busy: new Set() }, stand.signal);
    expect(await stand.docker.docker('images', '-q', '--no-trunc', '--filter', `label=${ofThis}`)).toBe(
      `${two.artifact.reference}\n`,
    );
    expect(three.artifact.reference).not.toBe(two.artifact.reference);
    await builder.abandon({ id: `svc_${stand.count}`, folder: dirname(stand.folder) }, stand.signal);
    expect(await stand.imagesOf(ofThis)).toBe('');
    expect(await stand.docker.docker('images', '-q', 'debian:12')).not.toBe('');
  });
});

describe('what of an engine davit tells of, and removes', () => {
  test('is its own, and never an image that somebody else built upon one of them or gave a name', async () => {
    await stand.put({ Dockerfile: 'FROM debian:12\nRUN head -c 2000000 /dev/zero > /big\n' });
    const named = await stand.build(stand.requestOf());
    const upon = await stand.build(stand.requestOf({ id: `${stand.id}b` }));
    const own = await stand.build(stand.requestOf({ id: `${stand.id}c` }));
    const { docker } = stand.docker;
    const theirs = `of-somebody-else-${stand.count}`;
    await docker('tag', named.artifact.reference, `${theirs}:named`);
    const container = (await docker('create', upon.artifact.reference, 'true')).trim();
    await docker('commit', container, `${theirs}:upon`);
    await docker('rm', container);
    const shelf = stand.shelf();
    const { images, imageBytes } = await shelf.look(new Set(), stand.signal);
    const of = images.filter(({ serviceId }) => serviceId === `svc_${stand.count}`);
    expect(new Set(of.map(({ buildId }) => buildId))).toEqual(new Set([`${stand.id}b`, `${stand.id}c`]));
    // Layers that both have count once.
    expect(imageBytes).toBeLessThan(of.reduce((total, { bytes }) => total + bytes, 0));
    for (const { bytes, ownBytes } of of) expect(ownBytes).toBeLessThan(bytes);
    const fetched = await shelf.look(new Set([named.artifact.reference]), stand.signal);
    expect(fetched.images.find(({ id }) => id === named.artifact.reference)).toMatchObject({ serviceId: null });
    await stand.builderWith().tidy({ artifacts: [own.artifact], busy: new Set() }, stand.signal);
    const left = (await docker('images', '-q', '--no-trunc', theirs)).trim().split('\n');
    expect(left).toHaveLength(2);
    expect(left).toContain(named.artifact.reference);
    await docker('rmi', '-f', `${theirs}:named`, `${theirs}:upon`);
  });
});

describe('with a registry', () => {
  const removedTags: string[] = [];

  const toRegistry = (registry = stand.registry) => ({
    server: registry.host,
    username: registry.username,
    password: registry.password,
    prefix: `${registry.host}/team`,
    isPlainHttp: true,
    images: {
      removeManifest: async (name: string, digest: string) =>
        void (await registry.ask('DELETE', `/v2/${name}/manifests/${digest}`)),
      removeTag: async (name: string, tag: string) => void removedTags.push(`${name}:${tag}`),
    },
  });

  test('an image is pushed with a password, and its digest is what is started', async () => {
    await stand.put({ Dockerfile: 'FROM small:1\nCMD ["echo", "pulled"]\n' });
    const { artifact } = await stand.build(stand.requestOf(), stand.builderWith({ registry: toRegistry() }));
    expect(artifact).toMatchObject({
      reference: `${stand.registry.host}/team/svc_${stand.count}@${artifact.digest}`,
      pushedTo: `${stand.registry.host}/team/svc_${stand.count}:${stand.id}`,
    });
    const manifest = await stand.registry.ask('HEAD', `/v2/team/svc_${stand.count}/manifests/${stand.id}`);
    expect(manifest.headers.get('docker-content-digest')).toBe(artifact.digest);
    await stand.builderWith({ registry: toRegistry() }).remove(artifact, stand.signal);
    expect((await stand.registry.ask('HEAD', `/v2/team/svc_${stand.count}/manifests/${artifact.digest}`)).status).toBe(
      404,
    );
    expect(await stand.imagesOf(`davit.image.build=${stand.id}`)).toBe('');
  });

  test('what a build has pushed that is then given up is forgotten there', async () => {
    await stand.put({ Dockerfile: 'FROM small:1\nCMD ["true"]\n' });
    const builder = stand.builderWith({ registry: toRegistry() });
    await stand.build(stand.requestOf(), builder);
    await builder.abandon(stand.requestOf(), stand.signal);
    expect(removedTags.splice(0)).toEqual([`team/svc_${stand.count}:${stand.id}`]);
  });

  test('a restored installation leaves what was pushed before: the one that it comes from may serve it', async () => {
    await stand.put({ Dockerfile: 'FROM small:1\nCMD ["echo", "theirs"]\n' });
    const builder = stand.builderWith({ registry: toRegistry() });
    const { artifact } = await stand.build(stand.requestOf(), builder);
    const asked: string[] = [];
    const isInherited = async (id: string) => asked.push(id) > 0;
    const restored = stand.builderWith({ registry: toRegistry(), isInherited, installation: async () => 'restored' });
    await restored.remove(artifact, stand.signal);
    await restored.abandon(stand.requestOf(), stand.signal);
    await restored.removeCache(`svc_${stand.count}`, stand.signal);
    expect(new Set(asked)).toEqual(new Set([stand.id]));
    const path = `/v2/team/svc_${stand.count}/manifests/${artifact.digest}`;
    expect((await stand.registry.ask('HEAD', path)).status).toBe(200);
    expect(removedTags.splice(0)).toEqual([]);
    // On the same engine too.
    expect(await stand.imagesOf(`davit.image.build=${stand.id}`)).not.toBe('');
    await builder.remove(artifact, stand.signal);
    expect((await stand.registry.ask('HEAD', path)).status).toBe(404);
  });

  test('the password may be the JSON key of a service account, of several lines', async () => {
    const key = { type: 'service_account', private_key: `-----BEGIN-----\n${`${'k'.repeat(64)}\n`.repeat(26)}` };
    await using registry = await startImageRegistry({ password: JSON.stringify(key, null, 2) });
    await stand.put({ Dockerfile: 'FROM small:1\nCMD ["true"]\n' });
    const builder = stand.builderWith({ registry: toRegistry(registry) });
    const { artifact } = await stand.build(stand.requestOf(), builder);
    expect(artifact.reference).toBe(`${registry.host}/team/svc_${stand.count}@${artifact.digest}`);
  });

  test('a wrong password is what is said to be wrong', async () => {
    await stand.put({ Dockerfile: 'FROM small:1\nCMD ["true"]\n' });
    const wrong = { ...toRegistry(), password: 'wrong' };
    await expect(stand.build(stand.requestOf(), stand.builderWith({ registry: wrong }))).rejects.toMatchObject({
      code: 'BUILD_PUSH_FAILED',
      message: expect.stringMatching(/unauthorized|authentication|denied|no basic auth/i),
    });
  });

  /** A registry that stands for Docker Hub, with one image. */
  async function startMirror() {
    const mirror = await startImageRegistry({ isOpen: true });
    await stand.docker.docker('tag', 'small:1', `${mirror.host}/library/small:1`);
    await stand.docker.docker('push', '-q', `${mirror.host}/library/small:1`);
    await stand.docker.docker('rmi', `${mirror.host}/library/small:1`);
    return mirror;
  }

  test('a buildkitd that finds no cache there yet, or no way in, says what ended the build', async () => {
    await using mirror = await startMirror();
    await using daemon = await startBuildkitDaemon(mirror.host, stand.registry.host);
    const at = { buildkitAddress: daemon.address };
    await stand.put({ Dockerfile: 'FROM small:1\nRUN echo the cause; exit 3\n' });
    await expect(
      stand.build(stand.requestOf(), stand.builderWith({ ...at, registry: toRegistry() })),
    ).rejects.toMatchObject({
      code: 'BUILD_COMMAND_FAILED',
      message: expect.stringMatching(/RUN echo the cause; exit 3" failed: exit code 3\. Its last line: the cause/),
    });

    await stand.put({ Dockerfile: 'FROM small:1\nCMD ["true"]\n' });
    const wrong = { ...toRegistry(), password: 'wrong' };
    await expect(
      stand.build(stand.requestOf({ id: `${stand.id}wrong` }), stand.builderWith({ ...at, registry: wrong })),
    ).rejects.toMatchObject({
      code: 'BUILD_PUSH_FAILED',
      message: expect.stringMatching(/failed to push .*(?:unauthorized|authentication|denied|401|no basic auth)/i),
    });

    // What the doctor says of it.
    expect(await describeBuildkit(daemon.address, buildctlFolder, stand.signal)).toMatch(
      /^It answers at tcp:.*, and builds for (?:.*, )?linux\/\w+/,
    );
    await daemon[Symbol.asyncDispose]();
    await expect(describeBuildkit(daemon.address, buildctlFolder, stand.signal)).rejects.toMatchObject({
      code: 'BUILD_ENGINE_UNREACHABLE',
      message: expect.stringMatching(/^tcp:\S+ does not answer: .*connection refused/),
    });
    await expect(describeBuildkit(daemon.address, '/nowhere', stand.signal)).rejects.toMatchObject({
      code: 'BUILD_TOOL_MISSING',
    });
  });

  test('a buildkitd builds, pushes and keeps its cache there; without one, the engine gets the image', async () => {
    await using mirror = await startMirror();
    await using daemon = await startBuildkitDaemon(mirror.host, stand.registry.host);
    const secret = `secret-${crypto.randomUUID()}`;
    await stand.put({
      Dockerfile:
        'FROM small:1\nARG A\nRUN --mount=type=secret,id=TOKEN echo "$(wc -c < /run/secrets/TOKEN) $A"\nCMD ["echo", "run"]\n',
    });
    const request = stand.requestOf({ variables: { TOKEN: secret }, overrides: { buildArgs: { A: 'a, "b"' } } });
    const local = await stand.build(
      request,
      stand.builderWith({ buildkitAddress: daemon.address, extraCaFile: caFile }),
    );
    expect(local.lines).toContain(`${secret.length} a, "b"`);
    expect(await stand.docker.docker('run', '--rm', local.artifact.reference)).toBe('run\n');
    const pushing = stand.builderWith({ buildkitAddress: daemon.address, registry: toRegistry() });
    const { artifact } = await stand.build({ ...request, id: `${stand.id}pushed` }, pushing);
    expect(artifact.reference).toBe(`${stand.registry.host}/team/svc_${stand.count}@${artifact.digest}`);
    expect(await stand.docker.docker('run', '--rm', artifact.reference)).toBe('run\n');
    expect((await stand.registry.ask('GET', `/v2/team/svc_${stand.count}/manifests/cache`)).status).toBe(200);
    await pushing.removeCache(request.cacheKey, stand.signal);
    expect(removedTags).toEqual([`team/svc_${stand.count}:cache`]);

    // The steps of a build have its limits, and what they ask for beyond is refused to them alone.
    await stand.put({ Dockerfile: 'FROM small:1\nRUN echo begun; x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done\n' });
    const greedy = { ...request, id: `${stand.id}greedy`, limits: { memoryBytes: 64 * 1024 * 1024, cpus: 1 } };
    const output = stand.createOutput();
    const builder = stand.builderWith({ buildkitAddress: daemon.address });
    await expect(stand.build(greedy, builder, output)).rejects.toMatchObject({
      code: 'BUILD_OUT_OF_MEMORY',
      message: expect.stringMatching(/64 MiB/),
    });
    expect(output.lines.join('\n')).not.toContain('were not limited');
    await stand.put({ Dockerfile: 'FROM small:1\nRUN echo still here\n' });
    const after = await stand.build({ ...greedy, id: `${stand.id}after` }, builder);
    expect(after.lines).toContain('still here');
    const kept = await stand.build({ ...greedy, id: `${stand.id}kept` }, builder);
    expect(kept.lines).toContain('  unchanged, from the cache');
  });
});
