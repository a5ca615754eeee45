import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../../../test/support/browser.ts';
import { openTerminalClient, refusalOf, type TerminalClient } from '../../../test/support/terminal-client.ts';
import {
  claimInstallation,
  createTestAccounts,
  password,
  type SignedInAnswer,
  type TestAccounts,
} from '../../../test/support/test-accounts.ts';
import { startTestAgent, type TestAgent } from '../../../test/support/test-agent.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { waitUntil } from '../../../test/support/wait-until.ts';
import { createProcessRuntime } from '../../adapters/runtime/process/process-runtime.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { createSecretBox } from '../../platform/crypto/secret-box.ts';
import { createProjectService } from '../projects/index.ts';
import { createServiceService } from '../services/index.ts';
import { registerTerminalRoutes } from './terminal-routes.ts';

let database: TestDatabase;
let agent: TestAgent;
let accounts: TestAccounts;
let owner: SignedInAnswer;
let stranger: SignedInAnswer;
let base: string;
let serviceId: string;
const never = new AbortController().signal;

/** The server's part of terminals on the accounts of `database`. */
async function startServer(clock: Clock = systemClock): Promise<TestAccounts> {
  const { db } = database;
  const secretBox = createSecretBox({ db, rootKey: randomBytes(32) });
  const projects = createProjectService({ db });
  const services = createServiceService({
    db,
    secretBox,
    projects,
    abilities: { fixedPort: false, dockerfile: false },
    checkSource: () => undefined,
    urlOf: (label) => `http://${label}.example.org`,
  });
  const runtime = createProcessRuntime(agent.client);
  return createTestAccounts(database, {
    openRegistration: true,
    clock,
    server: { socketCheckMs: 100 },
    register: (app, audit) => registerTerminalRoutes(app, { services, runtime, audit }),
  });
}

async function createService(organizationId: string): Promise<string> {
  const { db } = database;
  const secretBox = createSecretBox({ db, rootKey: randomBytes(32) });
  const projects = createProjectService({ db });
  const project = await projects.create(organizationId, { name: 'shop', description: '' });
  const services = createServiceService({
    db,
    secretBox,
    projects,
    abilities: { fixedPort: false, dockerfile: false },
    checkSource: () => undefined,
    urlOf: () => '',
  });
  const source = { type: 'upload' as const, rootFolder: '' };
  return (await services.create(organizationId, project.id, { name: 'web', kind: 'worker', source, settings: {} })).id;
}

async function startInstance(id: string): Promise<void> {
  const folder = join(agent.folder, id);
  await mkdir(folder, { recursive: true });
  const runtime = createProcessRuntime(agent.client);
  const labels = { serviceId, releaseId: 'rel', deploymentId: 'dep', process: 'web', ordinal: 0, generation: 0 };
  const request = {
    id,
    labels,
    argv: ['sleep', '1000'],
    env: { GREETING: 'hello there' },
    folder,
    writable: [folder],
    readable: [],
    hasPort: false,
    limits: {},
    restart: { policy: 'always' as const, maxRestarts: 100 },
    stopGraceMs: 1000,
  };
  await runtime.start(request, never);
  await waitUntil('the instance runs', async () => {
    const terminal = await runtime.openTerminal(id, { cols: 80, rows: 24 }, never).catch(() => undefined);
    terminal?.close();
    return terminal;
  });
}

beforeAll(async () => {
  database = await createTestDatabase();
  agent = await startTestAgent();
  accounts = await startServer();
  owner = await claimInstallation(accounts);
  stranger = await accounts.register({ email: 'stranger@example.org' });
  serviceId = await createService(owner.organization.id);
  await startInstance('web-1');
  base = await accounts.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await accounts[Symbol.asyncDispose]();
  await agent[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

let count = 0;
let developer: SignedInAnswer;
beforeEach(async () => {
  developer = await accounts.join(owner, `developer-${++count}@example.org`, 'developer');
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const pathOf = (instance = 'web-1', service = serviceId) => `/v1/services/${service}/instances/${instance}/terminal`;

async function open(
  headers: Record<string, string> = bearer(developer.accessToken),
  path = pathOf(),
): Promise<TerminalClient> {
  const client = await openTerminalClient(base + path, headers);
  onTestFinished(() => client.socket.terminate());
  return client;
}
const refused = (headers: Record<string, string>, path?: string) => refusalOf(open(headers, path));

/** The cookies of somebody who has just signed in on davit's own page. */
async function cookiesOf(email: string): Promise<string> {
  const browser = createBrowser(base);
  await browser.fetch('POST', '/auth/login', { email, password }, { 'x-davit-session': 'cookie' });
  return [...browser.jar].flatMap(([name, { value, path }]) => (path === '/' ? [`${name}=${value}`] : [])).join('; ');
}

async function audited(action: string) {
  const { rows } = await database.pool.query<{ subject: string; actor: string; details: Record<string, unknown> }>(
    'select subject, actor_id as actor, details from audit_log where action = $1 and actor_id = $2 order by id',
    [action, developer.user.id],
  );
  return rows;
}

describe('a developer before a terminal', () => {
  test('types into a shell of the instance, and is told how it ended', async () => {
    const client = await open(bearer(developer.accessToken), `${pathOf()}?cols=101&rows=33`);
    await client.run('echo "<$GREETING>"', '<hello there>');
    await client.run('stty size', '33 101');
    client.socket.send(JSON.stringify({ type: 'resize', cols: 90, rows: 20 }));
    await waitUntil('the size has changed', () => {
      client.type('stty size\n');
      return client.screen().includes('20 90');
    });
    client.type('exit 5\n');
    expect(await client.closed).toEqual({ code: 1000, reason: 'exited' });
    expect(client.said()).toEqual([{ type: 'exit', code: 5, reason: 'The shell has ended.' }]);
  });

  test('is in the audit log, with how long it took and how it ended', async () => {
    const client = await open();
    await waitUntil('the opening is recorded', async () => (await audited('terminal.open')).length === 1);
    client.socket.close();
    await waitUntil('the end is recorded', async () => (await audited('terminal.close')).length === 1);
    expect(await audited('terminal.open')).toMatchObject([{ subject: serviceId, details: { instanceId: 'web-1' } }]);
    expect(await audited('terminal.close')).toMatchObject([
      { subject: serviceId, details: { instanceId: 'web-1', reason: 'closed', seconds: expect.any(Number) } },
    ]);
  });

  test('sees much more output than fits into any buffer, in order', async () => {
    const client = await open();
    await client.run('seq 1 300000; echo fin""ished', 'finished');
    const numbers = [...client.screen().matchAll(/^(\d+)\r$/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 300_000 }, (_, i) => i + 1));
  });

  test('is told why it ends when the instance does', async () => {
    await startInstance('web-2');
    const client = await open(bearer(developer.accessToken), pathOf('web-2'));
    await client.run('echo he""re', 'here');
    await agent.client.removeInstance('web-2');
    expect(await client.closed).toEqual({ code: 1000, reason: 'stopped' });
    expect(client.said()).toMatchObject([{ type: 'exit', code: null, reason: expect.stringContaining('stopped') }]);
  });

  test('is not listened to when it says what is no message', async () => {
    const client = await open();
    client.socket.send('{"type":"resize","cols":0,"rows":-1}');
    expect(await client.closed).toMatchObject({ code: 1008 });
    const other = await open();
    other.socket.send(Buffer.alloc(65 * 1024));
    expect(await other.closed).toMatchObject({ code: 1009 });
  });
});

describe('a browser', () => {
  test('opens a terminal by its cookie from a page of davit, and from no other', async () => {
    const cookie = await cookiesOf(`developer-${count}@example.org`);
    const client = await open({ cookie, origin: base });
    await client.run('echo he""re', 'here');
    for (const origin of ['http://evil.example', base.replace('127.0.0.1', 'localhost'), 'null']) {
      const { status, body } = await refused({ cookie, origin });
      expect([origin, status, body.code]).toEqual([origin, 403, 'CSRF_REFUSED']);
    }
    expect(await refused({ cookie })).toMatchObject({ status: 403, body: { code: 'CSRF_REFUSED' } });
  });
});

describe('a terminal is refused', () => {
  test('to whoever is not signed in, or is a viewer only', async () => {
    expect(await refused({})).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    const viewer = await accounts.join(owner, `viewer-${count}@example.org`, 'viewer');
    expect(await refused(bearer(viewer.accessToken))).toMatchObject({
      status: 403,
      body: { code: 'PERMISSION_DENIED' },
    });
    const { rows } = await database.pool.query(
      `select 1 from audit_log where actor_id = $1 and action = 'openTerminal' and result = 'refused'`,
      [viewer.user.id],
    );
    expect(rows.length).toBe(1);
  });

  test('to an API token whose scope is to read', async () => {
    const { token } = await accounts.must<{ token: string }>('POST', '/v1/api-tokens', developer.accessToken, {
      name: 'reader',
      scope: 'read',
    });
    expect(await refused(bearer(token))).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } });
  });

  test("in another organization's service, and in an instance of another service", async () => {
    expect(await refused(bearer(stranger.accessToken))).toMatchObject({
      status: 404,
      body: { code: 'SERVICE_NOT_FOUND' },
    });
    expect(await refused(bearer(developer.accessToken), pathOf('nowhere'))).toMatchObject({
      status: 404,
      body: { code: 'INSTANCE_NOT_FOUND' },
    });
    const foreign = await createService(stranger.organization.id);
    expect(await refused(bearer(stranger.accessToken), pathOf('web-1', foreign))).toMatchObject({
      status: 404,
      body: { code: 'INSTANCE_NOT_FOUND' },
    });
  });

  test('when its size makes no sense', async () => {
    expect(await refused(bearer(developer.accessToken), `${pathOf()}?cols=0`)).toMatchObject({ status: 400 });
    expect(await refused(bearer(developer.accessToken), `${pathOf()}?cols=80&token=x`)).toMatchObject({ status: 400 });
  });

  test('to a request that is for no WebSocket, or for one of another version', async () => {
    const plain = await accounts.call('GET', pathOf(), developer.accessToken);
    expect([plain.status, plain.body.code]).toEqual([400, 'WEBSOCKET_REQUIRED']);
    const old = openTerminalClient(base + pathOf(), bearer(developer.accessToken), { protocolVersion: 8 });
    expect(await refusalOf(old)).toMatchObject({ status: 400, body: { code: 'WEBSOCKET_REQUIRED' } });
  });

  test('at a path that has none; a wish for another protocol is ignored', async () => {
    const elsewhere = await refused(bearer(developer.accessToken), '/v1/sessions');
    // The answer of the path itself, which is no WebSocket.
    expect(elsewhere.status).toBe(200);
    expect((await refused({}, '/nowhere')).body.code).toBe('ROUTE_NOT_FOUND');
    const answer = await rawRequest(
      'GET /health HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, close\r\nupgrade: h2c\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('an open terminal', () => {
  test('stays open when the access token runs out, for as long as its session lives', async () => {
    let ahead = 0;
    const beside = await startServer({ now: () => new Date(Date.now() + ahead) });
    onTestFinished(() => beside[Symbol.asyncDispose]());
    const url = (await beside.app.listen({ host: '127.0.0.1', port: 0 })) + pathOf();
    const client = await openTerminalClient(url, bearer(developer.accessToken));
    ahead = 24 * 3600_000;
    let looks = 0;
    client.socket.on('ping', () => looks++);
    await waitUntil('the session has been looked at', () => looks >= 3);
    await client.run('echo st""ill', 'still');
    expect((await refusalOf(openTerminalClient(url, bearer(developer.accessToken)))).status).toBe(401);
  });
});

describe('an open terminal is closed', () => {
  test('when its session is ended, and says so', async () => {
    const client = await open();
    await client.run('echo he""re', 'here');
    await accounts.must('DELETE', `/v1/sessions/${developer.sessionId}`, developer.accessToken);
    expect(await client.closed).toEqual({ code: 4403, reason: 'Your session has ended: sign in again.' });
  });

  test('when the role does not allow it any more', async () => {
    const client = await open();
    const url = `/v1/organizations/${owner.organization.id}/members/${developer.user.id}`;
    await accounts.must('PATCH', url, owner.accessToken, { role: 'viewer' });
    expect(await client.closed).toEqual({ code: 4403, reason: 'Your role no longer allows this.' });
  });

  test('when the API token that it was opened with is revoked', async () => {
    const { token, id } = await accounts.must<{ token: string; id: string }>(
      'POST',
      '/v1/api-tokens',
      developer.accessToken,
      { name: 'laptop', scope: 'deploy' },
    );
    const client = await open(bearer(token));
    await client.run('echo he""re', 'here');
    await accounts.must('DELETE', `/v1/api-tokens/${id}`, developer.accessToken);
    expect(await client.closed).toMatchObject({ code: 4403 });
  });

  test('when the server stops', async () => {
    const beside = await startServer();
    const url = await beside.app.listen({ host: '127.0.0.1', port: 0 });
    const client = await openTerminalClient(url + pathOf(), bearer(developer.accessToken));
    await client.run('echo he""re', 'here');
    await beside[Symbol.asyncDispose]();
    expect(await client.closed).toMatchObject({ code: 1012 });
  });

  test('when its client is gone without a word', async () => {
    const client = await open();
    await client.run('echo he""re', 'here');
    client.socket.pause();
    // Pings are answered by whoever reads: nobody.
    expect((await waitUntilClosed()).details).toMatchObject({ reason: 'closed' });
  });
});

async function waitUntilClosed() {
  return await waitUntil('the end is recorded', async () => (await audited('terminal.close'))[0]);
}

function rawRequest(request: string): Promise<string> {
  const { port } = new URL(base);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}
