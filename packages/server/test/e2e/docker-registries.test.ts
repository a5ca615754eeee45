import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ApiCaller, createApiCaller } from '../support/api-caller.ts';
import { buildImage } from '../support/container-image.ts';
import { deployFiles } from '../support/deploy-files.ts';
import { type ImageRegistry, startImageRegistry } from '../support/image-registry.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { sharedDocker } from '../support/shared-docker.ts';

// Which registries an engine is sent to, and for whom.

let engine: Awaited<ReturnType<typeof sharedDocker>>;
let registry: ImageRegistry;
let platform: Platform;

async function storeLogin(api: ApiCaller): Promise<void> {
  const { host: server, username, password } = registry;
  const data = { server, username, password };
  await api.done('POST', '/v1/credentials', { name: 'registry', provider: 'docker_registry', data });
}

beforeAll(async () => {
  [engine, registry] = await Promise.all([sharedDocker(), startImageRegistry()]);
  const environment = { RUNTIME: 'docker', DOCKER_HOST: engine.host, OPEN_REGISTRATION: 'true' };
  platform = await startPlatform({ environment });
});

afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await registry?.[Symbol.asyncDispose]();
});

describe('a private image that one organization has deployed', () => {
  const from = [
    'FROM NAME',
    'FROM debian:12\nCOPY --from=NAME /own /',
    'FROM debian:12\nRUN --mount=from=NAME,target=/m cat /m/own',
  ];

  /** Publishes an image of its own, and serves it. */
  async function deployPrivate(name: string) {
    const content = `RUN echo ${crypto.randomUUID()} > /own`;
    await buildImage(engine, 'private', ['FROM debian:12', content, 'CMD ["sleep", "600"]']);
    const image = await registry.move(engine, 'private', `team/${name}:1.4`);
    const { id: projectId } = await platform.api.createProject(name);
    const own = { name: 'own', kind: 'worker', source: { type: 'image', image } };
    const { id } = await platform.api.createService(projectId, own);
    expect(await platform.api.settled((await platform.api.deploy(id)).id)).toMatchObject({ status: 'active' });
    const names = await engine.docker('images', '--digests', '--format', '{{.Tag}} {{.Digest}}', image.slice(0, -4));
    const [tag, digest] = names.trim().split(' ');
    return { id, image, tag, pinned: `${image.slice(0, -4)}@${digest}` };
  }

  /** Another organization, which builds upon what it names. */
  async function join() {
    const other = createApiCaller(() => platform.url);
    const email = `${crypto.randomUUID()}@example.com`;
    await other.register({ email, password: 'correct horse battery', name: 'Other' });
    const { id: projectId } = await other.createProject('other');
    const { id } = await other.createService(projectId, { name: 'other', kind: 'worker' });
    return {
      storeLogin: () => storeLogin(other),
      build: (text: string, name: string) =>
        deployFiles(other, id, { Dockerfile: `${text.replace('NAME', name)}\nCMD ["sleep", "600"]\n` }),
    };
  }
  const refusedBy = (sentence: RegExp) => ({
    status: 'failed',
    errorCode: 'BUILD_BASE_IMAGE_UNAVAILABLE',
    reason: expect.stringMatching(sentence),
  });
  /** BuildKit says it of a tag, and davit of a digest. */
  const byRegistry = /(?:pulling from host \S+ failed|unexpected status).*401 Unauthorized/;
  const byDavit = /the registry does not give \S+ to this build/;

  let own: Awaited<ReturnType<typeof deployPrivate>>;
  beforeAll(async () => {
    await storeLogin(platform.api);
    own = await deployPrivate('private');
  });

  test('has no tag in the engine', () => {
    expect(own.tag).toBe('<none>');
  });

  test.each(from)('is not what another’s %j takes, until that one signs in itself', async (text) => {
    const other = await join();
    expect(await other.build(text, own.pinned)).toMatchObject(refusedBy(byDavit));
    expect(await other.build(text, own.image)).toMatchObject(refusedBy(byRegistry));
    await other.storeLogin();
    expect(await other.build(text, own.image)).toMatchObject({ status: 'active' });
  });

  test('stays the registry’s to give when davit has forgotten whose it was', async () => {
    const gone = await deployPrivate('gone');
    const { runId } = await platform.api.done<{ runId: string }>('DELETE', `/v1/services/${gone.id}`);
    expect(await platform.api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
    expect(await engine.docker('images', '-q', '--no-trunc', gone.pinned)).not.toBe('');
    const other = await join();
    for (const text of from) {
      expect(await other.build(text, gone.image)).toMatchObject(refusedBy(byRegistry));
      expect(await other.build(text, gone.pinned)).toMatchObject(refusedBy(byDavit));
    }
  });
});

/** Counts who calls; its host and port. */
async function startListener(address: string, headers: Record<string, string> = {}) {
  const seen = { calls: 0 };
  const server = createServer((_request, response) => response.writeHead(401, headers).end());
  server.on('connection', () => (seen.calls += 1));
  await once(server.listen(0, address), 'listening');
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { seen, host: `${address}:${(server.address() as AddressInfo).port}` };
}

describe('an image of a registry in a network that is not public', () => {
  const deployImage = async (image: string) => {
    const { id: projectId } = await platform.api.createProject(crypto.randomUUID());
    const service = await platform.api.createService(projectId, { name: 'away', source: { type: 'image', image } });
    return await platform.api.settled((await platform.api.deploy(service.id)).id);
  };
  const refused = {
    status: 'failed',
    errorCode: 'OUTBOUND_ADDRESS_REFUSED',
    hint: expect.stringContaining('OUTBOUND'),
  };
  /** Of this machine, and in none of the networks that are allowed. */
  const privateAddress = async () =>
    (await engine.docker('network', 'inspect', 'bridge', '-f', '{{(index .IPAM.Config 0).Gateway}}')).trim();

  test('is refused, and no engine is sent there', async () => {
    expect(await deployImage('169.254.169.254/x')).toMatchObject(refused);
    const { host, seen } = await startListener(await privateAddress());
    expect(await deployImage(`${host}/team/app:1`)).toMatchObject(refused);
    expect(seen.calls).toBe(0);
  });

  test('is refused where a registry sends there who signs in', async () => {
    const tokens = await startListener(await privateAddress());
    const registered = await startListener('127.0.0.1', {
      'docker-distribution-api-version': 'registry/2.0',
      'www-authenticate': `Bearer realm="http://${tokens.host}/token",service="x"`,
    });
    expect(await deployImage(`${registered.host}/team/app:1`)).toMatchObject(refused);
    expect(registered.seen.calls).toBeGreaterThan(0);
    expect(tokens.seen.calls).toBe(0);
  });
});
