import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../../../test/support/free-port.ts';
import { waitUntil } from '../../../../test/support/wait-until.ts';
import { silentLogger } from '../../../kernel/logger.ts';
import { createCaddyAdmin, type JsonObject } from './caddy-admin.ts';
import { createCaddyKeeper } from './caddy-keeper.ts';

// Against a real Caddy, whose Admin API is a unix socket.

let folder: string;
let caddy: ChildProcess;
let ports: { http: number; https: number; operator: number };
const signal = AbortSignal.timeout(120_000);
const admin = () => createCaddyAdmin(`unix://${join(folder, 'admin.sock')}`);
const config = async () => (await admin().read(signal)).config as { apps?: { http?: { servers?: JsonObject } } };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-keeper-'));
  ports = { http: await freePort(), https: await freePort(), operator: await freePort() };
  const operator = { listen: [`127.0.0.1:${ports.operator}`] };
  const file = join(folder, 'own.json');
  await writeFile(
    file,
    JSON.stringify({
      admin: { listen: `unix/${join(folder, 'admin.sock')}` },
      apps: { http: { servers: { operator } } },
    }),
  );
  caddy = spawn('caddy', ['run', '--config', file], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], HOME: folder },
  });
  await waitUntil('Caddy answers', () => config().then(Boolean, () => false), 30_000);
});
afterAll(async () => {
  const ended = once(caddy, 'exit');
  caddy.kill('SIGKILL');
  await ended;
  await rm(folder, { recursive: true, force: true });
});

const lastGoodFile = () => join(folder, 'davit', 'last-good.json');

function keeperFor(httpPort: number) {
  return createCaddyKeeper({
    admin: admin(),
    settings: {
      host: '127.0.0.1',
      httpPort,
      httpsPort: ports.https,
      acme: { directoryUrl: 'https://acme.test/dir', rootFile: undefined, email: undefined },
    },
    upstream: async () => ({
      address: '127.0.0.1:4080',
      front: { field: 'x-davit-front', token: 'secret' },
      questionPath: '/.davit/may-have-certificate',
    }),
    lastGoodFile: lastGoodFile(),
    logger: silentLogger,
  });
}

const servers = async () => Object.keys((await config()).apps?.http?.servers ?? {}).toSorted();

test('davit’s part is put in, kept on disk for nobody else to read, and not written again', async () => {
  const keeper = keeperFor(ports.http);
  await keeper.keep(signal);
  expect(await servers()).toEqual(['davit', 'davit-http', 'operator']);
  expect((await stat(lastGoodFile())).mode & 0o777).toBe(0o600);
  const { etag } = await admin().read(signal);
  expect(etag).toBeTypeOf('string');
  await keeper.keep(signal);
  expect((await admin().read(signal)).etag).toBe(etag);
});

test('a part that Caddy refuses is told with its reason, and the last good one goes on', async () => {
  const good = await readFile(lastGoodFile(), 'utf8');
  const before = await config();
  // The operator's own site has the port.
  await expect(keeperFor(ports.operator).keep(signal)).rejects.toMatchObject({
    code: 'PROXY_CONFIGURATION_REFUSED',
    message: expect.stringContaining(String(ports.operator)),
  });
  expect(await config()).toEqual(before);
  expect(await readFile(lastGoodFile(), 'utf8')).toBe(good);
});

test('the last good part comes back where Caddy lost it while a wrong setting keeps the new one out', async () => {
  const { config: whole, etag } = await admin().read(signal);
  const { apps } = whole as { apps: { http: { servers: JsonObject } } };
  const { operator } = apps.http.servers;
  await admin().write({ ...whole, apps: { http: { servers: { operator } } } }, etag, signal);
  await expect(keeperFor(ports.operator).keep(signal)).rejects.toMatchObject({ code: 'PROXY_CONFIGURATION_REFUSED' });
  expect(await servers()).toEqual(['davit', 'davit-http', 'operator']);
});

test('a policy of somebody else for all names is told as such, with what to change', async () => {
  const { config: whole, etag } = await admin().read(signal);
  const { apps } = whole as { apps: { http: { servers: JsonObject } } };
  const { operator } = apps.http.servers;
  // As `local_certs` of a Caddyfile makes it.
  const tls = { automation: { policies: [{ issuers: [{ module: 'internal' }] }] } };
  await admin().write({ ...whole, apps: { http: { servers: { operator } }, tls } }, etag, signal);
  await expect(keeperFor(ports.http).keep(signal)).rejects.toMatchObject({
    code: 'PROXY_CONFIGURATION_REFUSED',
    message: expect.stringMatching(/^Caddy’s own configuration has a policy for the certificates of all names/),
    hint: expect.stringContaining('local_certs'),
  });
  // With names it is beside davit's.
  const named = { automation: { policies: [{ subjects: ['own.test'], issuers: [{ module: 'internal' }] }] } };
  const { etag: now } = await admin().read(signal);
  await admin().write({ ...whole, apps: { http: { servers: { operator } }, tls: named } }, now, signal);
  await keeperFor(ports.http).keep(signal);
  expect(await servers()).toEqual(['davit', 'davit-http', 'operator']);
});

test('somebody else’s say in certificates is not overruled', async () => {
  const { config: whole, etag } = await admin().read(signal);
  const apps = { tls: { automation: { on_demand: { rate_limit: { interval: 60_000_000_000, burst: 5 } } } } };
  await admin().write({ ...whole, apps }, etag, signal);
  await expect(keeperFor(ports.http).keep(signal)).rejects.toMatchObject({ code: 'PROXY_CONFIGURATION_FOREIGN' });
});

test('a change of somebody else meanwhile is not overwritten', async () => {
  const { config: whole, etag } = await admin().read(signal);
  expect(await admin().write({ ...whole, apps: {} }, etag, signal)).toEqual({ result: 'accepted' });
  expect(await admin().write(whole, etag, signal)).toEqual({ result: 'changed' });
});

test('who is not there is told as such', async () => {
  const gone = createCaddyAdmin(`unix://${join(folder, 'nobody.sock')}`);
  await expect(gone.read(signal)).rejects.toMatchObject({ code: 'PROXY_UNREACHABLE' });
});
