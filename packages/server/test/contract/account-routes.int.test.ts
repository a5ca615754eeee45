import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RouteFacts } from '../../src/platform/http/route-definition.ts';
import {
  claimInstallation,
  createTestAccounts,
  password,
  type SignedInAnswer,
  type TestAccounts,
} from '../support/test-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let accounts: TestAccounts;
let owner: SignedInAnswer;
let stranger: SignedInAnswer;
beforeAll(async () => {
  database = await createTestDatabase();
  accounts = await createTestAccounts(database, { openRegistration: true });
  owner = await claimInstallation(accounts);
  stranger = await accounts.register({ email: 'stranger@example.org' });
});
afterAll(async () => {
  await accounts[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

// A body that would be taken, for each route that has one.
const bodies: Record<string, object> = {
  createOrganization: { name: 'New' },
  updateOrganization: { name: 'Renamed' },
  updateMember: { role: 'viewer' },
  createInvitation: { email: 'new@example.org', role: 'viewer' },
  createApiToken: { name: 'ci', scope: 'admin' },
  updateMe: { name: 'Somebody else' },
  changePassword: { currentPassword: password, newPassword: password },
};
// What a caller of the lowest rights may do: look, found an organization, leave, mind the own sign-ins.
const openToViewers = [
  'changePassword',
  'createApiToken',
  'createOrganization',
  'getMe',
  'getOrganization',
  'listApiTokens',
  'listMembers',
  'listOrganizations',
  'listSessions',
  'removeMember',
  'revokeApiToken',
  'revokeSession',
  'updateMe',
];
const openToReadTokens = ['getMe', 'getOrganization', 'listMembers', 'listOrganizations'];

const guarded = () => accounts.routes.filter(({ policy, path }) => !('public' in policy) && path !== '/health');

/** Calls a route with ids of the owner's organization. */
async function call({ method, path, operationId }: RouteFacts, token: string | undefined, ids: Record<string, string>) {
  const url = path.replaceAll(/:(\w+)/g, (_all, name: string) => ids[name] ?? '');
  return await accounts.call(method, url, token, bodies[operationId]);
}

async function idsIn(path: string): Promise<Record<string, string>> {
  if (path.startsWith('/v1/sessions')) return { id: owner.sessionId };
  const url = '/v1/api-tokens';
  if (path.startsWith(url)) {
    const { id } = await accounts.must<{ id: string }>('POST', url, owner.accessToken, { name: 'x', scope: 'read' });
    return { id };
  }
  const base = `/v1/organizations/${owner.organization.id}`;
  const fields = { email: 'guest@example.org', role: 'viewer' };
  const { id } = await accounts.must<{ id: string }>('POST', `${base}/invitations`, owner.accessToken, fields);
  return { id: owner.organization.id, userId: owner.user.id, invitationId: id };
}

async function answersOf(token: string | undefined): Promise<Map<string, { status: number; body: { code?: string } }>> {
  const answers = new Map();
  for (const route of guarded()) answers.set(route.operationId, await call(route, token, await idsIn(route.path)));
  return answers;
}

const passed = (answers: Map<string, { status: number }>) =>
  [...answers]
    .filter(([, { status }]) => status !== 403)
    .map(([operationId]) => operationId)
    .toSorted();

describe('every route of accounts and organizations', () => {
  test('is known to this test', () => {
    expect(
      guarded()
        .map(({ operationId }) => operationId)
        .toSorted(),
    ).toEqual(
      [
        ...openToViewers,
        'updateOrganization',
        'deleteOrganization',
        'updateMember',
        'listInvitations',
        'createInvitation',
        'revokeInvitation',
        'listAuditLog',
        'listPlatformAuditLog',
      ].toSorted(),
    );
  });

  test('is closed to nobody in particular', async () => {
    const answers = await answersOf(undefined);
    expect([...answers.values()].map(({ status }) => status)).toEqual(guarded().map(() => 401));
  });

  test('is closed to a token that was revoked', async () => {
    const body = { name: 'x', scope: 'admin' };
    const made = await accounts.must<{ id: string; token: string }>('POST', '/v1/api-tokens', owner.accessToken, body);
    await accounts.must('DELETE', `/v1/api-tokens/${made.id}`, owner.accessToken);
    const answers = await answersOf(made.token);
    expect([...answers.values()].map(({ status }) => status)).toEqual(guarded().map(() => 401));
  });

  test("with an id in it is not found by another organization's owner", async () => {
    const withIds = guarded().filter(({ path }) => path.includes(':'));
    expect(withIds.length).toBeGreaterThan(9);
    for (const route of withIds) {
      const answer = await call(route, stranger.accessToken, await idsIn(route.path));
      expect([route.operationId, answer.status]).toEqual([route.operationId, 404]);
      expect(JSON.stringify(answer.body)).not.toContain('Olga');
    }
  });

  test('that changes more than their own is closed to a viewer', async () => {
    const viewer = await accounts.join(owner, 'viewer@example.org', 'viewer');
    const answers = await answersOf(viewer.accessToken);
    // Two are open by their policy and refused by what they were asked to do.
    expect(answers.get('removeMember')?.body.code).toBe('PERMISSION_DENIED');
    expect(answers.get('createApiToken')?.body.code).toBe('API_TOKEN_SCOPE_ABOVE_ROLE');
    const refusedInside = new Set(['removeMember', 'createApiToken']);
    expect(passed(answers)).toEqual(openToViewers.filter((operationId) => !refusedInside.has(operationId)));
    for (const id of ['revokeSession', 'revokeApiToken']) expect(answers.get(id)?.status).toBe(404);
  });

  test('that writes or tells of sign-ins is closed to a read token', async () => {
    const body = { name: 'x', scope: 'read' };
    const { token } = await accounts.must<{ token: string }>('POST', '/v1/api-tokens', owner.accessToken, body);
    const answers = await answersOf(token);
    expect(passed(answers)).toEqual(openToReadTokens);
    for (const operationId of openToReadTokens) expect(answers.get(operationId)?.status).toBe(200);
  });

  test('has its place in the OpenAPI document, under a name of its own', async () => {
    const document = await accounts.must<{ paths: Record<string, Record<string, { operationId: string }>> }>(
      'GET',
      '/openapi.json',
    );
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(accounts.routes.map(({ operationId }) => operationId)));
  });
});
