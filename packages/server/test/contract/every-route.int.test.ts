import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { type DescMethod, type DescService } from '@bufbuild/protobuf';
import { CloudResourceService, CredentialService, StackStateService, StackUpdateService } from '@davit/api/rpc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { auditActionOf } from '../../src/features/organizations/audit-action.ts';
import { credentialSamples } from '../support/credential-samples.ts';
import { createIdleApp, type IdleApp } from '../support/idle-app.ts';
import { createRouteWorld, type RouteWorld } from '../support/route-world.ts';
import { type JsonSchema, sampleValue } from '../support/sample-value.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

interface Operation {
  operationId: string;
  security?: object[];
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; schema: JsonSchema }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { content?: Record<string, unknown> }>;
}
interface Entry extends Operation {
  method: string;
  path: string;
}
interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}
type Answer = { status: number; body: Record<string, unknown> };

let database: TestDatabase;
let app: IdleApp;
let url: string;
let world: RouteWorld;
let document: OpenApi;
let routes: Entry[];

const services: DescService[] = [CredentialService, CloudResourceService, StackUpdateService, StackStateService];
const methods: DescMethod[] = services.flatMap((service) => service.methods);

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createIdleApp(database);
  url = await app.listen();
  world = await createRouteWorld(app);
  document = await app.must<OpenApi>('GET', '/openapi.json');
  routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const isPublic = ({ security }: Operation) => security !== undefined && security.length === 0;
const isWrite = ({ method }: Entry) => method !== 'GET';
const sampleOf = (schema: JsonSchema) => sampleValue(schema, document.components.schemas);
const neededRole = ({ description = '' }: Operation) => /the role (\w+) or more/.exec(description)?.[1];

/** What a request is judged before: by who asks, or by the id that comes first. The world has none of these. */
const free: Readonly<Record<string, string>> = {
  'platform/id': 'run_1',
  'examples/name': 'example',
  'cloud-resources/version': '1',
  'services/runId': 'run_1',
  'services/instanceId': 'instance-1',
};

function valueOf(path: string, name: string): string {
  const [, , collection = ''] = path.split('/');
  const place = `${collection}/${name}`;
  const value = (name === 'id' ? world.ids[collection] : (world.ids[place] ?? world.ids[name])) ?? free[place];
  // With a made-up one every answer is "not found", whoever asks.
  if (value === undefined) throw new Error(`The world of routes has nothing for ${name} in ${path}.`);
  return value;
}

/** The path with ids of the owner's organization, and what the query must have. */
function fill({ path, parameters = [] }: Pick<Entry, 'path' | 'parameters'>): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(valueOf(path, name)));
  const asked = parameters.filter((one) => one.in === 'query' && one.required === true);
  const query = asked.map(({ name, schema }): [string, string] => [name, world.ids[name] ?? String(sampleOf(schema))]);
  return `${filled}?${new URLSearchParams(query).toString()}`;
}

/** Where the code asks for more than a schema can say. */
const betterFields: Readonly<Record<string, object>> = {
  createInvitation: { email: 'somebody@example.org' },
  appointOperator: { email: 'somebody@example.org' },
  importCloudResource: { ids: { '': 'bucket-1' } },
  createCredential: { name: 'sample', provider: 'aws', data: credentialSamples.aws },
};

/** Of the type that the route takes, and as its schema has it: what is refused then is refused for another reason. */
function bodyOf({ operationId, requestBody }: Entry): { headers: Record<string, string>; body?: string } {
  if (operationId === 'createUpload') return { headers: { 'content-type': 'application/gzip' }, body: 'bytes' };
  const schema = requestBody?.content['application/json']?.schema;
  if (schema === undefined) return { headers: {} };
  const body = { ...(sampleOf(schema) as object), ...betterFields[operationId] };
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

type Sent = Omit<RequestInit, 'headers'> & { headers: Record<string, string> };

/** By a connection of its own: a stream or a WebSocket that is let in would not end. */
async function send(path: string, request: Sent, token: string | undefined): Promise<Answer> {
  const headers = { ...request.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${url}${path}`, { ...request, headers, signal: AbortSignal.timeout(30_000) });
  if (answer.headers.get('content-type')?.includes('json') !== true) {
    await answer.body?.cancel();
    return { status: answer.status, body: {} };
  }
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

/** How the request for a WebSocket is refused. */
async function knock(path: string, token: string | undefined): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers });
  const [, response] = (await once(socket, 'unexpected-response')) as [ClientRequest, IncomingMessage];
  return { status: response.statusCode ?? 0, body: (await json(response)) as Answer['body'] };
}

const call = (route: Entry, token?: string) =>
  '101' in route.responses
    ? knock(fill(route), token)
    : send(fill(route), { method: route.method, ...bodyOf(route) }, token);

const rpc = ({ parent, name }: DescMethod, token?: string) =>
  send(
    `/${parent.typeName}/${name}`,
    { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
    token,
  );

const codesOf = async (token: string | undefined) => {
  const found: [string, number, unknown][] = [];
  for (const route of routes.filter((one) => !isPublic(one))) {
    const { status, body } = await call(route, token);
    found.push([route.operationId, status, body['code']]);
  }
  return found;
};

describe('every route of the OpenAPI document', () => {
  test('says who may call it', () => {
    const open = routes.filter(isPublic).map(({ operationId }) => operationId);
    expect(open.toSorted()).toEqual([
      'getHealth',
      'getReadiness',
      'getSetup',
      'login',
      'logout',
      'refresh',
      'register',
    ]);
    for (const route of routes.filter((one) => !isPublic(one))) {
      const isForOperators = route.description === 'For operators of the installation.';
      expect([route.operationId, isForOperators || neededRole(route) !== undefined]).toEqual([route.operationId, true]);
      for (const status of ['400', '401', '403', '429']) expect(Object.keys(route.responses)).toContain(status);
    }
  });

  test.each(['nobody', 'a revoked token'])('is closed to %s', async (who) => {
    for (const [operationId, status, code] of await codesOf(who === 'nobody' ? undefined : world.tokens.revoked))
      expect([operationId, status, code]).toEqual([operationId, 401, 'UNAUTHENTICATED']);
  });

  test('is closed to every role and every token below the one that it needs, and that is recorded', async () => {
    const { viewer, developer, admin, tokens } = world;
    const callers = [
      ['viewer', viewer.accessToken],
      ['developer', developer.accessToken],
      ['admin', admin.accessToken],
      ['viewer', tokens.read],
      ['developer', tokens.deploy],
    ] as const;
    const roles = ['viewer', 'developer', 'admin', 'owner'];
    let judged = 0;
    const wrong: unknown[] = [];
    for (const route of routes.filter((one) => neededRole(one) !== undefined))
      for (const [role, token] of callers) {
        if (roles.indexOf(role) >= roles.indexOf(neededRole(route) ?? '')) continue;
        const { status, body } = await call(route, token);
        judged += 1;
        if (status !== 403 || body['code'] !== 'PERMISSION_DENIED') wrong.push([route.operationId, role, status, body]);
      }
    expect(wrong).toEqual([]);
    expect(judged).toBeGreaterThan(160);
    const refused = await database.db.selectFrom('auditLog').select('action').where('result', '=', 'refused').execute();
    const recorded = new Set(refused.map(({ action }) => action));
    const closed = routes.filter((one) => !['viewer', undefined].includes(neededRole(one)));
    expect(closed.map(({ operationId }) => auditActionOf(operationId)).filter((one) => !recorded.has(one))).toEqual([]);
  });

  test('that is for operators is refused to who operates nothing', async () => {
    const forOperators = routes.filter(({ description }) => description === 'For operators of the installation.');
    expect(forOperators.length).toBeGreaterThan(3);
    for (const route of forOperators)
      expect([route.operationId, (await call(route, world.stranger.accessToken)).status]).toEqual([
        route.operationId,
        403,
      ]);
  });

  test('with an id in it finds nothing for the owner of another organization', async () => {
    const named = routes.filter(
      ({ path, security, description }) =>
        security?.length !== 0 && path.includes('{id}') && !description?.includes('operators'),
    );
    expect(named.length).toBeGreaterThan(80);
    const wrong: unknown[] = [];
    for (const route of named) {
      const { status, body } = await call(route, world.stranger.accessToken);
      if (status !== 404 || JSON.stringify(body).includes('theirs')) wrong.push([route.operationId, status, body]);
    }
    expect(wrong).toEqual([]);
  });

  test('that reads one thing finds it for its owner: what others do not find is there', async () => {
    const reads = routes.filter(
      ({ method, path }) => method === 'GET' && /^\/v1\/[\w-]+\/\{id\}(?:\/env)?$/.test(path),
    );
    expect(reads.length).toBeGreaterThan(10);
    for (const route of reads)
      expect([route.operationId, (await call(route, world.owner.accessToken)).status]).toEqual([
        route.operationId,
        200,
      ]);
  });

  test('that writes leaves a record of who tried what, from where, and how it ended', async () => {
    const writes = routes.filter((one) => isWrite(one) && !isPublic(one));
    expect(writes.length).toBeGreaterThan(60);
    const before = new Date();
    for (const route of writes)
      await send(
        route.path.replaceAll(/\{\w+\}/g, 'missing'),
        { method: route.method, ...bodyOf(route) },
        world.owner.accessToken,
      );
    const rows = await database.db
      .selectFrom('auditLog')
      .select(['action', 'actorId', 'address', 'result', 'requestId'])
      .where('at', '>=', before)
      .where('actorId', '=', world.owner.user.id)
      .execute();
    const recorded = new Set(rows.map(({ action }) => action));
    const silent = writes.map(({ operationId }) => auditActionOf(operationId)).filter((one) => !recorded.has(one));
    expect(silent).toEqual([]);
    for (const row of rows)
      expect(row).toMatchObject({ actorId: world.owner.user.id, address: '127.0.0.1', requestId: expect.any(String) });
  });
});

describe('every method of the RPC services', () => {
  const isRead = ({ localName }: DescMethod) => /^(?:get|list|export|stream)[A-Z]/.test(localName);
  const unary = methods.filter(({ methodKind }) => methodKind === 'unary');

  test.each(['nobody', 'a revoked token'])('is closed to %s', async (who) => {
    for (const method of unary) {
      const { status, body } = await rpc(method, who === 'nobody' ? undefined : world.tokens.revoked);
      expect([method.name, status, body['code']]).toEqual([method.name, 401, 'unauthenticated']);
    }
  });

  test('that writes is refused to a viewer and to a read token, and that is recorded', async () => {
    const before = new Date();
    for (const method of unary.filter((one) => !isRead(one)))
      for (const token of [world.viewer.accessToken, world.tokens.read]) {
        const { status, body } = await rpc(method, token);
        expect([method.name, status, body['code']]).toEqual([method.name, 403, 'permission_denied']);
      }
    const rows = await database.db
      .selectFrom('auditLog')
      .select(['action', 'actorId', 'address'])
      .where('at', '>=', before)
      .where('result', '=', 'refused')
      .execute();
    const expected = unary
      .filter((one) => !isRead(one))
      .flatMap(({ localName }) => [localName, localName].map(auditActionOf));
    expect(rows.map(({ action }) => action).toSorted()).toEqual(expected.toSorted());
    expect(rows.filter(({ actorId, address }) => actorId === null || address !== '127.0.0.1')).toEqual([]);
  });

  test('that writes leaves a record, also when it fails', async () => {
    const before = new Date();
    const writes = unary.filter((one) => !isRead(one));
    for (const method of writes) await rpc(method, world.owner.accessToken);
    const rows = await database.db.selectFrom('auditLog').select('action').where('at', '>=', before).execute();
    const recorded = new Set(rows.map(({ action }) => action));
    expect(writes.map(({ localName }) => auditActionOf(localName)).filter((one) => !recorded.has(one))).toEqual([]);
  });
});
