import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startBuildkitDaemon } from '../../../../test/support/buildkit-daemon.ts';
import { type ImageBuilds, startImageBuilds } from '../../../../test/support/image-builds.ts';
import { startImageRegistry } from '../../../../test/support/image-registry.ts';

let stand: ImageBuilds;
/** In the engine and in a registry with a password. */
let image: string;
let digest: string;

beforeAll(async () => {
  stand = await startImageBuilds();
  const { host, username, password } = stand.registry;
  image = `${host}/team/private`;
  const login = join(stand.agent.folder, 'login');
  await mkdir(login);
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  await writeFile(join(login, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  await stand.docker.docker('tag', 'small:1', `${image}:1.4`);
  await stand.docker.docker('--config', login, 'push', `${image}:1.4`);
  const [pinned = ''] = JSON.parse(
    await stand.docker.docker('inspect', '-f', '{{json .RepoDigests}}', `${image}:1.4`),
  ).filter((each: string) => each.startsWith(`${image}@`));
  digest = pinned.slice(pinned.indexOf('@'));
});
afterAll(async () => {
  await stand.docker.docker('rmi', `${image}:1.4`);
  await stand[Symbol.asyncDispose]();
});
beforeEach(() => stand.next());

describe.each([
  ['by its tag', () => `${image}:1.4`],
  ['by its digest', () => image + digest],
])('an image that the engine has for another organization, %s', (_what, name) => {
  test.each([
    ['FROM NAME\nRUN echo built', 1],
    ['FROM small:1\nCOPY --from=NAME /usr/bin/wc /copied\nRUN echo built', 2],
    ['FROM small:1\nRUN --mount=type=bind,from=NAME,target=/other echo built', 2],
  ])('is had by its registry’s leave alone: %j', async (text, line) => {
    await stand.put({ Dockerfile: text.replace('NAME', name()) });
    const othersImages = async () => ['nginx', `${image}:1.3`];
    await expect(stand.build(stand.requestOf({ othersImages }))).rejects.toMatchObject({
      code: 'BUILD_BASE_IMAGE_UNAVAILABLE',
      message: expect.stringContaining(`line ${line}: the registry does not give ${name()} to this build`),
    });
    expect(await stand.commandsOf(stand.id)).toEqual([]);

    const { host: server, username, password } = stand.registry;
    const asks = (secret: string) =>
      stand.build(stand.requestOf({ othersImages, registries: [{ server, username, password: secret }] }));
    await expect(asks('not-the-password')).rejects.toMatchObject({ code: 'BUILD_BASE_IMAGE_UNAVAILABLE' });
    expect((await asks(password)).lines).toContain('built');
  });
});

test.each([
  ['FROM $NAME:1.4${TARGETVARIANT}', 'nobody can say which version'],
  ['FROM $NAME@sha256:0/../../containers', 'nobody can say which version'],
])('%j is refused where another organization has that repository', async (text, message) => {
  await stand.put({ Dockerfile: `ARG NAME=${image}\nARG TARGETVARIANT\n${text}\n` });
  await expect(stand.build(stand.requestOf({ othersImages: async () => [image] }))).rejects.toMatchObject({
    code: 'BUILD_DOCKERFILE_REFUSED',
    message: expect.stringContaining(message),
  });
});

describe('an image that the engine has for a service that davit has forgotten', () => {
  const mark = `davit/svc_forgotten:fetched-anywhere-${'0'.repeat(64)}`;
  beforeAll(async () => void (await stand.docker.docker('tag', `${image}:1.4`, mark)));
  afterAll(async () => void (await stand.docker.docker('rmi', mark)));
  const forgotten = (changes: object = {}) =>
    stand.build(stand.requestOf({ othersImages: async () => [], ...changes }));

  test('is the registry’s to give to who knows its digest', async () => {
    await stand.put({ Dockerfile: `FROM ${image}${digest}\nRUN echo built\n` });
    await expect(forgotten()).rejects.toMatchObject({
      code: 'BUILD_BASE_IMAGE_UNAVAILABLE',
      message: expect.stringContaining(`the registry does not give ${image}${digest} to this build`),
    });
    const { host: server, username, password } = stand.registry;
    expect((await forgotten({ registries: [{ server, username, password }] })).lines).toContain('built');
  });

  test('is refused where nobody can say whether its digest is meant', async () => {
    await stand.put({ Dockerfile: `ARG TARGETVARIANT\nFROM ${image}${digest}\${TARGETVARIANT}\nRUN echo built\n` });
    await expect(forgotten()).rejects.toMatchObject({ code: 'BUILD_DOCKERFILE_REFUSED' });
  });

  test('has a name that no other service may write', async () => {
    const named = `davit/svc_${'0'.repeat(26)}:fetched-anywhere-${'0'.repeat(64)}`;
    await stand.docker.docker('tag', 'small:1', named);
    await stand.put({ Dockerfile: `FROM ${named}\nRUN echo built\n` });
    await expect(forgotten()).rejects.toMatchObject({ code: 'BUILD_DOCKERFILE_REFUSED' });
    await stand.docker.docker('rmi', named);
  });
});

test('a tag that the engine has not is BuildKit’s to ask for, and the registry’s to refuse', async () => {
  const { host: server, username, password } = stand.registry;
  const registries = [{ server, username, password }];
  const away = stand.requestOf({ othersImages: async () => [image], registries });
  await stand.docker.docker('rmi', `${image}:1.4`);
  try {
    await stand.put({ Dockerfile: `FROM ${image}:1.4\nRUN echo built\n` });
    expect((await stand.build(away)).lines).toContain('built');
    // Somebody's login a moment ago is nobody else's.
    await stand.next();
    await stand.put({ Dockerfile: `FROM ${image}:1.4\nRUN echo built\n` });
    await expect(stand.build(stand.requestOf({ othersImages: async () => [image] }))).rejects.toMatchObject({
      code: 'BUILD_BASE_IMAGE_UNAVAILABLE',
      message: expect.stringMatching(/team\/private|401 Unauthorized/),
    });
  } finally {
    await stand.docker.docker('tag', 'small:1', `${image}:1.4`);
  }
});

describe.each(['the engine', 'a buildkitd'])('what %s pulled for another organization’s build', (what) => {
  test('is the registry’s to give, by its digest too', async () => {
    const { host, username, password } = stand.registry;
    await using mirror = await startImageRegistry({ isOpen: true });
    await stand.docker.docker('tag', 'small:1', 'mirrored:1');
    await mirror.move(stand.docker, 'mirrored:1', 'library/small:1');
    await using daemon = what === 'the engine' ? undefined : await startBuildkitDaemon(mirror.host, host);
    const builder = stand.builderWith({ buildkitAddress: daemon?.address });
    const mine = { othersImages: async () => [], registries: [{ server: host, username, password }] };
    const name = `${host}/team/base-${what.length}`;
    await stand.docker.docker('tag', 'small:1', 'base:1');
    await stand.registry.move(stand.docker, 'base:1', `team/base-${what.length}:1`);
    const pushed = await stand.registry.ask('HEAD', `/v2/team/base-${what.length}/manifests/1`);
    const pinned = `${name}@${pushed.headers.get('docker-content-digest')}`;
    await stand.put({ Dockerfile: `FROM ${pinned}\nRUN echo built\n` });
    expect((await stand.build(stand.requestOf(mine), builder)).lines).toContain('built');

    for (const text of ['FROM NAME\nRUN echo built', 'FROM small:1\nCOPY --from=NAME /bin/sh /taken\nRUN echo built']) {
      await stand.next();
      await stand.put({ Dockerfile: text.replace('NAME', pinned) });
      await expect(stand.build(stand.requestOf({ othersImages: async () => [] }), builder)).rejects.toMatchObject({
        code: 'BUILD_BASE_IMAGE_UNAVAILABLE',
        message: expect.stringContaining(`the registry does not give ${pinned} to this build`),
      });
    }
    // What hides a digest is no way around it.
    await stand.put({ Dockerfile: `ARG V=:1\nFROM ${name}\${V/:1/@sha256}\nRUN echo built\n` });
    await expect(stand.build(stand.requestOf(mine), builder)).rejects.toMatchObject({
      code: 'BUILD_DOCKERFILE_REFUSED',
    });
  });
});

test('an image that nobody else has asked for is taken from the engine, and no registry is asked', async () => {
  await stand.put({ Dockerfile: 'FROM small:1\nRUN echo built\n' });
  const { lines } = await stand.build(stand.requestOf({ othersImages: async () => [`${image}:1.4`, 'small/other:1'] }));
  expect(lines).toContain('built');
});
