import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Overview } from '../../src/features/overview/overview.ts';
import { type ApiCaller, createApiCaller } from '../support/api-caller.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

// What people see of cloud resources at one glance. That they are deployed is shown elsewhere.

let platform: Platform;
let viewer: ApiCaller;
let stranger: ApiCaller;
let project: { id: string; name: string };
let environmentId: string;

async function signUp(name: string, fields: object = {}): Promise<ApiCaller> {
  const api = createApiCaller(() => platform.url);
  await api.register({ email: `${name}@example.org`, password: 'correct horse battery', name, ...fields });
  return api;
}

beforeAll(async () => {
  platform = await startPlatform({ environment: { OPEN_REGISTRATION: 'true' } });
  const { items } = await platform.api.done<{ items: { id: string }[] }>('GET', '/v1/organizations');
  const invitation = { email: 'viewer@example.org', role: 'viewer' };
  const { token } = await platform.api.done<{ token: string }>(
    'POST',
    `/v1/organizations/${items[0]?.id}/invitations`,
    invitation,
  );
  viewer = await signUp('viewer', { invitationToken: token });
  stranger = await signUp('stranger');
  const made = await platform.api.done<{ id: string; name: string; environments: { id: string }[] }>(
    'POST',
    '/v1/projects',
    { name: 'photos' },
  );
  project = made;
  environmentId = made.environments[0]?.id ?? '';
});
afterAll(() => platform[Symbol.asyncDispose]());

test('an overview has the cloud resources of its environment, with lines between them and from services that use their outputs', async () => {
  const { api } = platform;
  const manifest = (kind: string, name: string, spec: string) =>
    `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
  const bucket = manifest('AwsS3Bucket', 'photos', '{ region: eu-central-1 }');
  const taker = manifest(
    'AwsS3Bucket',
    'copies',
    '{ region: { valueFrom: { kind: AwsS3Bucket, name: photos, fieldPath: region } } }',
  );
  const { waves } = await api.done<{ waves: string[][] }>('POST', '/v1/cloud-resources', {
    manifest: `${bucket}---\n${taker}`,
    environmentId,
  });
  const [photos, copies] = waves.flat();
  const web = await api.createService(project.id, { name: 'web' });
  await api.done('POST', `/v1/services/${web.id}/env`, { name: 'BUCKET', value: '${{resources.photos.bucketName}}' });
  const { cloudResources, links } = await viewer.done<Overview>('GET', `/v1/projects/${project.id}/overview`);
  expect(cloudResources).toMatchObject([
    { id: photos, name: 'photos', kind: 'AwsS3Bucket', provider: 'aws', status: 'empty', environmentId },
    { id: copies, name: 'copies', latestUpdate: null, outputCount: 0, hasUndeployedChanges: false },
  ]);
  expect(links).toEqual([
    { from: web.id, to: photos, variables: ['BUCKET'] },
    { from: copies, to: photos, variables: ['region'] },
  ]);
  expect(await viewer.done('GET', `/v1/cloud-resources/${photos}/services`)).toMatchObject({
    items: [{ id: web.id, name: 'web', variables: ['BUCKET'], hasUndeployedChanges: false }],
  });
  // Meant for one resource, a manifest makes no other.
  const moved = await api.call('POST', '/v1/cloud-resources', {
    manifest: manifest('AwsS3Bucket', 'others', '{ region: eu-central-1 }'),
    environmentId,
    cloudResourceId: photos,
  });
  expect(moved).toMatchObject({ status: 409, body: { code: 'CLOUD_RESOURCE_MOVED' } });
  const listed = await viewer.done<{ items: { name: string }[] }>('GET', '/v1/cloud-resource-overviews?search=OTHER');
  expect(listed.items).toEqual([]);
  expect(await viewer.done('GET', '/v1/cloud-resource-overviews?search=COPI')).toMatchObject({
    items: [{ id: copies, projectName: project.name, environmentName: 'production' }],
  });
  for (const path of [`cloud-resources/${photos}/services`, `cloud-resource-overviews/${photos}`]) {
    expect(await stranger.call('GET', `/v1/${path}`)).toMatchObject({ status: 404 });
  }
  expect(await stranger.done('GET', '/v1/cloud-resource-overviews')).toMatchObject({ items: [] });
});
