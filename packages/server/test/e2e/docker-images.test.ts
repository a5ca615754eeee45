import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDavitOn } from '../../../cli/test/support/run-davit.ts';
import type { DeploymentView, ServiceView } from '../support/api-caller.ts';
import { buildForeignImage, buildImage } from '../support/container-image.ts';
import { deployFiles } from '../support/deploy-files.ts';
import { type DockerEngine, startDockerEngine } from '../support/docker-engine.ts';
import { collectStorage, fetchedNames, publishVersion, rollBackService } from '../support/finished-images.ts';
import { type ImageRegistry, startImageRegistry } from '../support/image-registry.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { startSteadyVisitor } from '../support/steady-visitor.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// Services that are finished images, from a registry with a password, as containers of a real engine.

let engine: DockerEngine;
let registry: ImageRegistry;
let platform: Platform;
let shop: ServiceView;
let environments: { id: string; name: string }[];
let projectId: string;

const publish = (version: string) => publishVersion(engine, registry, version);

const createImage = (projectId: string, name: string, image: string, more: object = {}) =>
  platform.api.createService(projectId, { name, source: { type: 'image', image }, ...more });

async function deployed(service: ServiceView): Promise<DeploymentView> {
  return await platform.api.settled((await platform.api.deploy(service.id)).id);
}

const ownContainers = async (serviceId: string) =>
  (await engine.docker('ps', '-aq', '--filter', `label=davit.service=${serviceId}`)).split('\n').filter(Boolean);

const logOf = async (service: ServiceView) =>
  (
    await platform.api.done<{ lines: { content: string }[] }>('GET', `/v1/services/${service.id}/logs?limit=1000`)
  ).lines.map(({ content }) => content);

const answers = (service: ServiceView, body: string) =>
  waitUntil(`the service to answer ${body}`, async () => {
    const seen = await visit(service.url).catch(() => undefined);
    return seen?.status === 200 && seen.body === body;
  });

beforeAll(async () => {
  [engine, registry] = await Promise.all([startDockerEngine(), startImageRegistry()]);
  platform = await startPlatform({ environment: { RUNTIME: 'docker', DOCKER_HOST: engine.host } });
  const project = await platform.api.createProject('images');
  projectId = project.id;
  await platform.api.done('POST', `/v1/projects/${project.id}/environments`, { name: 'other', kind: 'staging' });
  environments = (
    await platform.api.done<{ environments: { id: string; name: string }[] }>('GET', `/v1/projects/${project.id}`)
  ).environments;
  shop = await createImage(project.id, 'shop', await publish('one'));
});

afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await registry?.[Symbol.asyncDispose]();
  await engine?.[Symbol.asyncDispose]();
});

describe('an image of a private registry', () => {
  test.each(['-v', 'a b', 'app;reboot', '$(reboot)', 'app\n', '--privileged'])(
    'is refused by its field when it is called %j',
    async (image) => {
      const path = `/v1/services/${shop.id}`;
      const answer = await platform.api.call('PATCH', path, { source: { type: 'image', image } });
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).toContain('/source');
    },
  );

  test('is not had without a credential, nor with a wrong password, and the deployment says which', async () => {
    expect(await deployed(shop)).toMatchObject({
      status: 'failed',
      errorCode: 'IMAGE_PULL_DENIED',
      reason: expect.stringContaining('nobody who has not signed in'),
    });
    const data = { server: registry.host, username: registry.username, password: 'not-the-password' };
    const credential = await platform.api.done<{ id: string }>('POST', '/v1/credentials', {
      name: 'registry',
      provider: 'docker_registry',
      data,
    });
    const refused = await deployed(shop);
    expect(refused).toMatchObject({
      errorCode: 'IMAGE_PULL_DENIED',
      reason: expect.stringContaining('its password may be wrong'),
    });
    expect((await platform.api.outputOf(refused.runId)).join('\n')).not.toContain('not-the-password');
    await platform.api.done('DELETE', `/v1/credentials/${credential.id}`);
  });

  test('is pinned to its digest, and answers under the address of its service', async () => {
    const { host: server, username, password } = registry;
    const data = { server, username, password };
    await platform.api.done('POST', '/v1/credentials', { name: 'right', provider: 'docker_registry', data });
    const deployment = await deployed(shop);
    expect(deployment).toMatchObject({ status: 'active' });
    const output = (await platform.api.outputOf(deployment.runId)).join('\n');
    expect(output).toMatch(/team\/app@sha256:[0-9a-f]{64} for linux\//);
    expect(output).not.toContain(registry.password);
    expect((await visit(shop.url)).body).toBe('one');
  });

  test('is what a Dockerfile begins with, by the same credential', async () => {
    const service = await platform.api.createService(projectId, { name: 'derived' });
    const deployment = await deployFiles(platform.api, service.id, {
      Dockerfile: `FROM ${registry.host}/team/app:one\nENV VERSION=derived\n`,
    });
    const output = (await platform.api.outputOf(deployment.runId)).join('\n');
    expect(deployment, output).toMatchObject({ status: 'active' });
    expect(output).not.toContain(registry.password);
    expect((await visit(service.url)).body).toBe('derived');
  });

  test('runs without any capability, with no way to more, in the limits of its service', async () => {
    const [id = ''] = await ownContainers(shop.id);
    const [{ HostConfig: host }] = JSON.parse(await engine.docker('inspect', id)) as [{ HostConfig: object }];
    expect(host).toMatchObject({ CapDrop: ['ALL'], CapAdd: null, SecurityOpt: ['no-new-privileges'], PidsLimit: 4096 });
  });

  test('that needs more memory than it may is said to, in the deployment that fails', async () => {
    const startCommand = `node -e 'const all = []; for (;;) all.push(Buffer.alloc(1e7, 1))'`;
    const settings = { memoryMb: 64, build: { startCommand } };
    const greedy = await createImage(shop.projectId, 'greedy', `${registry.host}/team/app:one`, { settings });
    expect(await deployed(greedy)).toMatchObject({
      status: 'failed',
      errorCode: 'INSTANCE_EXITED',
      reason: expect.stringContaining('more than its memory limit of 64 MiB'),
    });
    expect(await ownContainers(greedy.id)).toEqual([]);
  });

  test('that is for another kind of machine is said to be', async () => {
    await buildForeignImage(engine, 'foreign', 'linux/s390x');
    const foreign = await createImage(projectId, 'foreign', await registry.move(engine, 'foreign', 'team/foreign:one'));
    expect(await deployed(foreign)).toMatchObject({
      status: 'failed',
      errorCode: 'IMAGE_OTHER_PLATFORM',
      reason: expect.stringMatching(/team\/foreign:one is for linux\/s390x; this machine is linux\//),
    });
  });

  test('that has no shell runs what it starts itself; a command that needs one says what is missing', async () => {
    const files = ['/bin/sleep', '/lib/x86_64-linux-gnu/libc.so.6', '/lib64/ld-linux-x86-64.so.2'];
    const copies = files.map((path) => `COPY --from=debian:12 ${path} ${path}`).join('\n');
    await buildImage(engine, 'bare', ['FROM scratch', copies, 'CMD ["/bin/sleep", "600"]']);
    const image = await registry.move(engine, 'bare', 'team/bare:one');
    const bare = await createImage(projectId, 'bare', image, { kind: 'worker' });
    expect(await deployed(bare)).toMatchObject({ status: 'active' });
    const set = (settings: object) => platform.api.done('PATCH', `/v1/services/${bare.id}`, { settings });
    await set({ releaseCommand: 'migrate' });
    const said = { status: 'failed', reason: expect.stringContaining('The image has no shell (/bin/sh)') };
    expect(await deployed(bare)).toMatchObject(said);
    await set({ releaseCommand: null, build: { startCommand: 'sleep 600' } });
    expect(await deployed(bare)).toMatchObject(said);
  });

  test('may be kept from writing anywhere but to /tmp', async () => {
    const startCommand = 'touch /tmp/file && exec node main.cjs';
    const settings = { readOnlyRoot: true, build: { startCommand } };
    const still = await createImage(shop.projectId, 'still', `${registry.host}/team/app:one`, { settings });
    expect(await deployed(still)).toMatchObject({ status: 'active' });
    const [id = ''] = await ownContainers(still.id);
    const writing = engine.docker('exec', '--user', '0', id, 'touch', '/app/file');
    await expect(writing).rejects.toThrow('Read-only file system');
  });

  test('prints into the log of its service, each line once, also over a restart of davit', async () => {
    const print = (text: string) => visit(shop.url, `/print?text=${text}`);
    await print('before');
    await waitUntil('the line before', async () => (await logOf(shop)).includes('before'));
    await platform.kill();
    await print('meanwhile');
    await platform.start();
    await print('after');
    await waitUntil('the line after', async () => (await logOf(shop)).includes('after'));
    expect(await logOf(shop)).toEqual(['version one listens', 'before', 'meanwhile', 'after']);
  });
});

describe('a finished image', () => {
  test('runs a release command before it serves, and by a schedule what it starts itself or is told to', async () => {
    const image = `${registry.host}/team/app:one`;
    const releaseCommand = 'echo "migrate by $VERSION as $(id -u)"';
    const released = await createImage(shop.projectId, 'released', image, { settings: { releaseCommand } });
    const deployment = await deployed(released);
    expect(deployment).toMatchObject({ status: 'active' });
    expect(await platform.api.outputOf(deployment.runId)).toContain('migrate by one as 1000');

    const settings = { schedule: '* * * * * *', build: { startCommand: 'echo "report of $VERSION"' } };
    const nightly = await createImage(shop.projectId, 'nightly', image, { kind: 'cron', settings });
    expect(await deployed(nightly)).toMatchObject({ status: 'active' });
    const path = `/v1/runs?kind=cron.run&subject=${encodeURIComponent(`${nightly.id}:cron`)}`;
    const run = await waitUntil('a scheduled run', async () => {
      const { items } = await platform.api.done<{ items: { id: string; state: string }[] }>('GET', path);
      return items.find(({ state }) => state === 'succeeded' || state === 'failed');
    });
    expect(run).toMatchObject({ state: 'succeeded' });
    expect(await platform.api.outputOf(run.id)).toContain('report of one');
    for (const { id } of [released, nightly]) {
      const { runId } = await platform.api.done<{ runId: string }>('DELETE', `/v1/services/${id}`);
      expect(await platform.api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
    }
  });
});

describe('services of one environment', () => {
  test('reach each other by name, and those of another environment neither by name nor by address', async () => {
    const image = `${registry.host}/team/app:one`;
    const [first, second] = environments;
    const near = await createImage(shop.projectId, 'near', image, { environmentId: first?.id });
    const far = await createImage(shop.projectId, 'far', image, { environmentId: second?.id });
    expect(await deployed(near)).toMatchObject({ status: 'active' });
    expect(await deployed(far)).toMatchObject({ status: 'active' });
    const ask = async (service: ServiceView, url: string) =>
      (await visit(service.url, `/ask?url=${encodeURIComponent(url)}`)).body;
    expect(await ask(near, 'http://shop:3000/')).toBe('one');
    expect(await ask(far, 'http://shop:3000/')).toMatch(/ENOTFOUND|EAI_AGAIN/);
    const [container = ''] = await ownContainers(shop.id);
    const address = (
      await engine.docker('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', container)
    ).trim();
    expect(await ask(near, `http://${address}:3000/`)).toBe('one');
    expect(await ask(far, `http://${address}:3000/`)).toMatch(/timed out|EHOSTUNREACH|ECONNREFUSED|ETIMEDOUT/);
  });
});

describe('a service of an image', () => {
  const rollBack = () => rollBackService(platform.api, shop.id);
  const fetched = () => fetchedNames(engine, `${registry.host}/team/app`);

  test('is deployed anew, scaled and rolled back without losing a request', async () => {
    const visitor = startSteadyVisitor(shop.url, { visitors: 2, pauseMs: 20 });
    for (const words of [['service', 'source', '--image', await publish('two')], ['deploy']])
      expect(await runDavitOn(platform, [...words, '-s', shop.id])).toMatchObject({ code: 0 });
    await answers(shop, 'two');
    const scale = await platform.api.done<{ runId: string }>('POST', `/v1/services/${shop.id}/scale`, { replicas: 2 });
    expect(await platform.api.runEnded(scale.runId)).toMatchObject({ state: 'succeeded' });
    expect(await ownContainers(shop.id)).toHaveLength(2);
    await rollBack();
    await answers(shop, 'one');
    expect((await visitor.stop()).failures).toEqual([]);
  });

  test('keeps the images of former releases when dangling ones are removed, and fetches what is gone by its digest', async () => {
    const before = await fetched();
    expect(before).toHaveLength(2);
    for (const line of before) expect(line).toMatch(/^<none> sha256:/);
    await engine.docker('image', 'prune', '--force');
    expect(await fetched()).toEqual(before);
    await engine.docker('image', 'prune', '--all', '--force');
    expect(await fetched()).toEqual([]);
    const { length } = await ownContainers(shop.id);
    // What runs has lost its digest, and what does not run is gone.
    await engine.docker('rm', '-f', ...(await ownContainers(shop.id)));
    await waitUntil('new containers', async () => (await ownContainers(shop.id)).length === length);
    await answers(shop, 'one');
    expect(await fetched()).toEqual([]);
    await rollBack();
    await answers(shop, 'two');
    expect((await fetched()).map((name) => before.includes(name))).toEqual([true]);
    await rollBack();
    await answers(shop, 'one');
  });

  test('comes back when somebody removes its containers', async () => {
    const gone = await ownContainers(shop.id);
    await engine.docker('rm', '-f', ...gone);
    await waitUntil('new containers', async () => (await ownContainers(shop.id)).length === gone.length);
    await answers(shop, 'one');
    expect((await ownContainers(shop.id)).some((id) => gone.includes(id))).toBe(false);
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'answers again after the engine was ended by %s and started',
    async (signal) => {
      const before = await ownContainers(shop.id);
      await engine.restart(signal);
      await answers(shop, 'one');
      expect((await ownContainers(shop.id)).toSorted()).toEqual(before.toSorted());
    },
  );

  test('leaves neither a container nor a network nor an image behind when its project is deleted', async () => {
    const { runId } = await platform.api.done<{ runId: string }>(
      'DELETE',
      `/v1/projects/${shop.projectId}?cascade=true`,
    );
    expect(await platform.api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
    expect(await engine.docker('ps', '-aq')).toBe('');
    expect(await engine.docker('network', 'ls', '-q', '--filter', 'label=davit.installation')).toBe('');
    expect(await collectStorage(platform.api)).toBe('succeeded');
    expect(await fetched()).toEqual([]);
    expect(await engine.docker('images', '-q', '--filter', 'reference=davit/*:fetched-*')).toBe('');
  });
});
