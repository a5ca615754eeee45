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
  let image: string;
  beforeAll(async () => {
    await buildImage(engine, 'private', ['FROM debian:12', 'RUN echo private > /own', 'CMD ["sleep", "600"]']);
    image = await registry.move(engine, 'private', 'team/private:1.4');
    await storeLogin(platform.api);
    const { id: projectId } = await platform.api.createProject('own');
    const service = { name: 'own', kind: 'worker', source: { type: 'image', image } };
    const { id } = await platform.api.createService(projectId, service);
    const deployment = await platform.api.deploy(id);
    expect(await platform.api.settled(deployment.id)).toMatchObject({ status: 'active' });
  });

  test.each([
    'FROM NAME',
    'FROM debian:12\nCOPY --from=NAME /own /',
    'FROM debian:12\nRUN --mount=from=NAME,target=/m cat /m/own',
  ])('is not what another’s %j takes, though the engine has it, until that one signs in itself', async (text) => {
    const other = createApiCaller(() => platform.url);
    const email = `${crypto.randomUUID()}@example.com`;
    await other.register({ email, password: 'correct horse battery', name: 'Other' });
    const { id: projectId } = await other.createProject('other');
    const { id } = await other.createService(projectId, { name: 'other', kind: 'worker' });
    const files = { Dockerfile: `${text.replace('NAME', image)}\nCMD ["sleep", "600"]\n` };
    expect(await deployFiles(other, id, files)).toMatchObject({
      status: 'failed',
      errorCode: 'BUILD_BASE_IMAGE_UNAVAILABLE',
      reason: expect.stringContaining('the registry does not give'),
    });
    await storeLogin(other);
    expect(await deployFiles(other, id, files)).toMatchObject({ status: 'active' });
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
