import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
