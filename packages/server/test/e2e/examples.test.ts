import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiCaller, createApiCaller } from '../support/api-caller.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { visit } from '../support/visit.ts';

let platform: Platform;
let viewer: ApiCaller;

beforeAll(async () => {
  platform = await startPlatform();
  const { items } = await platform.api.done<{ items: { id: string }[] }>('GET', '/v1/organizations');
  const { token } = await platform.api.done<{ token: string }>(
    'POST',
    `/v1/organizations/${items[0]?.id}/invitations`,
    { email: 'viewer@example.org', role: 'viewer' },
  );
  viewer = createApiCaller(() => platform.url);
  const account = { email: 'viewer@example.org', password: 'correct horse battery', name: 'viewer' };
  await viewer.register({ ...account, invitationToken: token });
});
afterAll(() => platform[Symbol.asyncDispose]());

describe('an example', () => {
  test('is there for every folder of examples, and no other', async () => {
    const folders = await readdir(fileURLToPath(new URL('../../../../examples', import.meta.url)), {
      withFileTypes: true,
    });
    const examples = await viewer.done<{ name: string; title: string; description: string }[]>('GET', '/v1/examples');
    expect(examples.map(({ name }) => name).sort()).toEqual(
      folders.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort(),
    );
    expect(examples.filter(({ title, description }) => title === '' || description === '')).toEqual([]);
  });

  test('becomes an upload, which is deployed like one’s own', async () => {
    const { api } = platform;
    const project = await api.createProject('examples');
    const upload = await api.call<{ id: string; files: number }>('POST', '/v1/examples/hello-node/uploads');
    expect(upload).toMatchObject({ status: 201, body: { files: 3 } });
    const service = await api.createService(project.id, { name: 'example' });
    const { id } = await api.deploy(service.id, { uploadId: upload.body.id });
    expect(await api.settled(id)).toMatchObject({ status: 'active' });
    expect((await visit(service.url)).status).toBe(200);
  });

  test('is uploaded by those who may deploy, and only when it is one', async () => {
    expect((await viewer.call('POST', '/v1/examples/hello-node/uploads')).status).toBe(403);
    for (const name of ['nothing', '..%2F..%2Fetc', 'catalogue.json'])
      expect(await platform.api.call('POST', `/v1/examples/${name}/uploads`)).toMatchObject({
        status: 404,
        body: { code: 'EXAMPLE_NOT_FOUND' },
      });
  });
});
