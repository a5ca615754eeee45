import { credentialSamples } from './credential-samples.ts';
import type { IdleApp } from './idle-app.ts';
import { password, type SignedInAnswer } from './test-accounts.ts';

/** An organization with one thing of every sort, and everybody whose requests are judged differently. */
export type RouteWorld = Awaited<ReturnType<typeof createRouteWorld>>;

const bucket = `apiVersion: v1
kind: AwsS3Bucket
metadata: { name: theirs }
spec: { region: eu-central-1 }
`;

type Made = { id: string };

/** Makes it through the API; the runs that this queues are never worked on. */
export async function createRouteWorld(app: IdleApp) {
  const owner = await app.register('owner@example.org');
  const stranger = await app.register('stranger@example.org');
  const own = owner.accessToken;
  const organization = `/v1/organizations/${owner.organization.id}`;
  const make = <T = Made>(method: string, path: string, body?: object) => app.must<T>(method, path, body, own);

  const invite = (email: string, role: string) =>
    make<Made & { token: string }>('POST', `${organization}/invitations`, { email, role });
  async function member(role: string): Promise<SignedInAnswer> {
    const email = `${role}@example.org`;
    const { token } = await invite(email, role);
    return await app.must('POST', '/auth/register', { email, password, name: role, invitationToken: token });
  }
  const members = {
    viewer: await member('viewer'),
    developer: await member('developer'),
    admin: await member('admin'),
  };
  const open = await invite('nobody-yet@example.org', 'viewer');
  const makeToken = (scope: string) => make<Made & { token: string }>('POST', '/v1/api-tokens', { name: scope, scope });
  const revoked = await makeToken('admin');
  await make('DELETE', `/v1/api-tokens/${revoked.id}`);
  const [read, deploy, admin] = [await makeToken('read'), await makeToken('deploy'), await makeToken('admin')];

  const project = await make('POST', '/v1/projects', { name: 'theirs' });
  const { items } = await make<{ items: Made[] }>('GET', `/v1/projects/${project.id}/environments`);
  const environmentId = items[0]?.id ?? '';
  const source = { type: 'git', url: 'https://example.org/a/b.git', reference: null };
  const service = await make('POST', `/v1/projects/${project.id}/services`, { name: 'web', kind: 'web', source });
  const deployment = await make<Made & { runId: string }>('POST', `/v1/services/${service.id}/deploy`, {});
  const domain = await make('POST', `/v1/services/${service.id}/domains`, { host: 'www.theirs.example' });
  const variable = { name: 'THEIRS', value: 'theirs' };
  async function changeOf(holder: string): Promise<string> {
    await make('POST', `${holder}/env`, variable);
    const history = await make<{ items: Made[] }>('GET', `${holder}/env/history`);
    return history.items[0]?.id ?? '';
  }
  const { aws: data } = credentialSamples;
  const credential = await make('POST', '/v1/credentials', { name: 'theirs', provider: 'aws', data });
  const { waves } = await make<{ waves: string[][] }>('POST', '/v1/cloud-resources', {
    manifest: bucket,
    environmentId,
  });
  const resource = waves.flat()[0] ?? '';
  const update = await make('POST', `/v1/cloud-resources/${resource}/deploy`, {});

  return {
    owner,
    stranger,
    ...members,
    tokens: { read: read.token, deploy: deploy.token, admin: admin.token, revoked: revoked.token },
    /** By the collection that a path begins with, and by the names of other parameters, in this collection or in all. */
    ids: {
      organizations: owner.organization.id,
      projects: project.id,
      services: service.id,
      environments: environmentId,
      deployments: deployment.id,
      domains: domain.id,
      runs: deployment.runId,
      credentials: credential.id,
      'cloud-resources': resource,
      'cloud-resource-overviews': resource,
      'stack-updates': update.id,
      'api-tokens': read.id,
      sessions: owner.sessionId,
      environmentId,
      deploymentId: deployment.id,
      invitationId: open.id,
      userId: owner.user.id,
      key: variable.name,
      'services/changeId': await changeOf(`/v1/services/${service.id}`),
      'environments/changeId': await changeOf(`/v1/environments/${environmentId}`),
      kind: 'AwsS3Bucket',
    } as Readonly<Record<string, string>>,
  };
}
