import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../../../test/support/browser.ts';
import { openTerminalClient, refusalOf, type TerminalClient } from '../../../test/support/terminal-client.ts';
import { auditedBy, bearer, createTerminalStand, type TerminalStand } from '../../../test/support/terminal-stand.ts';
import { password, type SignedInAnswer } from '../../../test/support/test-accounts.ts';
import { waitUntil } from '../../../test/support/wait-until.ts';

let stand: TerminalStand;
let developer: SignedInAnswer;
let count = 0;

beforeAll(async () => {
  stand = await createTerminalStand();
});
afterAll(() => stand?.[Symbol.asyncDispose]());
beforeEach(async () => {
  developer = await stand.accounts.join(stand.owner, `developer-${++count}@example.org`, 'developer');
});

async function open(
  headers: Record<string, string> = bearer(developer.accessToken),
  path = stand.pathOf(),
): Promise<TerminalClient> {
  const client = await openTerminalClient(stand.base + path, headers);
  onTestFinished(() => client.socket.terminate());
  return client;
}

const refused = (headers: Record<string, string>, path?: string) => refusalOf(open(headers, path));

/** The cookies of somebody who has just signed in on davit's own page. */
async function cookiesOf(email: string): Promise<string> {
  const browser = createBrowser(stand.base);
  await browser.fetch('POST', '/auth/login', { email, password }, { 'x-davit-session': 'cookie' });
  return [...browser.jar].flatMap(([name, { value, path }]) => (path === '/' ? [`${name}=${value}`] : [])).join('; ');
}

describe('a developer before a terminal', () => {
  test('types into a shell of the instance, and is told how it ended', async () => {
    const client = await open(bearer(developer.accessToken), `${stand.pathOf()}?cols=101&rows=33`);
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
    await waitUntil(
      'the opening is recorded',
      async () => (await auditedBy(stand, developer.user.id, 'terminal.open')).length === 1,
    );
    client.socket.close();
    await waitUntil(
      'the end is recorded',
      async () => (await auditedBy(stand, developer.user.id, 'terminal.close')).length === 1,
    );
    expect(await auditedBy(stand, developer.user.id, 'terminal.open')).toMatchObject([
      { subject: stand.serviceId, details: { instanceId: 'web-1' } },
    ]);
    expect(await auditedBy(stand, developer.user.id, 'terminal.close')).toMatchObject([
      { subject: stand.serviceId, details: { instanceId: 'web-1', reason: 'closed', seconds: expect.any(Number) } },
    ]);
  });

  test('sees much more output than fits into any buffer, in order', async () => {
    const client = await open();
    await client.run('seq 1 300000; echo fin""ished', 'finished');
    const numbers = [...client.screen().matchAll(/^(\d+)\r$/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 300_000 }, (_, i) => i + 1));
  });

  test('is told why it ends when the instance does', async () => {
    await stand.startInstance('web-2');
    const client = await open(bearer(developer.accessToken), stand.pathOf('web-2'));
    await client.run('echo he""re', 'here');
    await stand.agent.client.removeInstance('web-2');
    expect(await client.closed).toEqual({ code: 1000, reason: 'stopped' });
    expect(client.said()).toMatchObject([{ type: 'exit', code: null, reason: expect.stringContaining('stopped') }]);
  });

  test('runs a command without a terminal: a byte says which output it is, and the log has the program only', async () => {
    const asked = new URLSearchParams({ tty: 'false' });
    for (const word of ['sh', '-c', 'cat; echo wrong >&2; exit 4']) asked.append('command', word);
    const client = await open(bearer(developer.accessToken), `${stand.pathOf()}?${asked.toString()}`);
    client.type('typed\n');
    client.socket.send('{"type":"end"}');
    expect(await client.closed).toEqual({ code: 1000, reason: 'exited' });
    expect(client.screen()).toContain('\x01typed\n');
    expect(client.screen()).toContain('\x02wrong\n');
    expect(client.said()).toEqual([{ type: 'exit', code: 4, reason: 'The command has ended.' }]);
    expect(await auditedBy(stand, developer.user.id, 'terminal.open')).toMatchObject([
      { details: { instanceId: 'web-1', program: 'sh' } },
    ]);
    expect(JSON.stringify(await auditedBy(stand, developer.user.id, 'terminal.open'))).not.toContain('wrong');
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
    const client = await open({ cookie, origin: stand.base });
    await client.run('echo he""re', 'here');
    for (const origin of ['http://evil.example', stand.base.replace('127.0.0.1', 'localhost'), 'null']) {
      const { status, body } = await refused({ cookie, origin });
      expect([origin, status, body.code]).toEqual([origin, 403, 'CSRF_REFUSED']);
    }
    expect(await refused({ cookie })).toMatchObject({ status: 403, body: { code: 'CSRF_REFUSED' } });
  });
});

describe('a terminal is refused', () => {
  test('to whoever is not signed in, or is a viewer only', async () => {
    expect(await refused({})).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    const viewer = await stand.accounts.join(stand.owner, `viewer-${count}@example.org`, 'viewer');
    expect(await refused(bearer(viewer.accessToken))).toMatchObject({
      status: 403,
      body: { code: 'PERMISSION_DENIED' },
    });
    const { rows } = await stand.database.pool.query(
      `select 1 from audit_log where actor_id = $1 and action = 'terminal.open' and result = 'refused'`,
      [viewer.user.id],
    );
    expect(rows.length).toBe(1);
  });

  test('to an API token whose scope is to read', async () => {
    const { token } = await stand.accounts.must<{ token: string }>('POST', '/v1/api-tokens', developer.accessToken, {
      name: 'reader',
      scope: 'read',
    });
    expect(await refused(bearer(token))).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } });
  });

  test("in another organization's service, and in an instance of another service", async () => {
    const stranger = await stand.accounts.register({ email: 'stranger@example.org' });
    expect(await refused(bearer(stranger.accessToken))).toMatchObject({
      status: 404,
      body: { code: 'SERVICE_NOT_FOUND' },
    });
    expect(await refused(bearer(developer.accessToken), stand.pathOf('nowhere'))).toMatchObject({
      status: 404,
      body: { code: 'INSTANCE_NOT_FOUND' },
    });
    const foreign = await stand.createService(stranger.organization.id);
    expect(await refused(bearer(stranger.accessToken), stand.pathOf('web-1', foreign))).toMatchObject({
      status: 404,
      body: { code: 'INSTANCE_NOT_FOUND' },
    });
  });

  test('when its size makes no sense', async () => {
    expect(await refused(bearer(developer.accessToken), `${stand.pathOf()}?cols=0`)).toMatchObject({ status: 400 });
    expect(await refused(bearer(developer.accessToken), `${stand.pathOf()}?tty=false`)).toMatchObject({ status: 400 });
    expect(await refused(bearer(developer.accessToken), `${stand.pathOf()}?command=a%00b`)).toMatchObject({
      status: 400,
    });
    expect(await refused(bearer(developer.accessToken), `${stand.pathOf()}?cols=80&token=x`)).toMatchObject({
      status: 400,
    });
  });

  test('to a request that is for no WebSocket, or for one of another version', async () => {
    const plain = await stand.accounts.call('GET', stand.pathOf(), developer.accessToken);
    expect([plain.status, plain.body.code]).toEqual([400, 'WEBSOCKET_REQUIRED']);
    const old = openTerminalClient(stand.base + stand.pathOf(), bearer(developer.accessToken), { protocolVersion: 8 });
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

function rawRequest(request: string): Promise<string> {
  const { port } = new URL(stand.base);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}
