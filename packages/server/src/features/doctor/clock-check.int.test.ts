import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../test/support/free-port.ts';
import { createMovedClock } from '../../../test/support/moved-clock.ts';
import { createGuardedFetch } from '../../platform/outbound/guarded-fetch.ts';
import { createHttpClockCheck, type HttpClockOptions } from './clock-check.ts';

const fetch = createGuardedFetch({ networks: ['127.0.0.0/8'] });
// For these tests 127.0.0.1 is another machine: its servers have clocks of their own.
const elsewhere = { fetch, ownAddresses: () => ['192.0.2.1'], now: () => Date.now() };
const signal = () => AbortSignal.timeout(30_000);
const look = (servers: HttpClockOptions['servers'], options: Partial<HttpClockOptions> = {}, until = signal()) =>
  createHttpClockCheck({ ...elsewhere, servers, ...options })(until);

async function listen(server: Server, scheme = 'http'): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/v2/`;
}

/** A server whose clock is so many seconds ahead; it wants a password, as registries do. */
function startServer(seconds: number, headers: Record<string, string> = {}): Promise<string> {
  const answer: RequestListener = (_, response) =>
    response.writeHead(401, { date: new Date(Date.now() + seconds * 1000).toUTCString(), ...headers }).end();
  return listen(createServer(answer));
}

test.each([
  [0, 'ok', /^0\.0 s apart/],
  [-15, 'warn', /^1[345]\.\d s apart/],
  [15, 'warn', /^1[345]\.\d s apart/],
  [3600, 'fail', /^3[56]\d\d\.\d s apart/],
  [-3600, 'fail', /^3[56]\d\d\.\d s apart/],
])('a server whose clock is %i s ahead: %s', async (seconds, state, detail) => {
  const url = await startServer(seconds);
  const [finding, ...more] = await look([{ url }]);
  expect(finding).toMatchObject({ check: 'clock.http', state, detail: expect.stringMatching(detail) });
  expect(finding?.title).toBe(`Clock, against ${new URL(url).host}`);
  expect(finding?.mend ?? 'NTP').toContain('NTP');
  expect(more).toEqual([]);
});

test('an answer out of a cache has the time at which it was made', async () => {
  expect(await look([{ url: await startServer(-600, { age: '600' }) }])).toMatchObject([{ state: 'ok' }]);
});

test('one that answers is enough; where none does, nothing is claimed', async () => {
  const nobody = { url: `http://127.0.0.1:${await freePort()}/` };
  const right = { url: await startServer(0) };
  const timeless = { url: await listen(createServer((_, response) => ((response.sendDate = false), response.end()))) };
  expect(await look([nobody, right])).toMatchObject([{ state: 'ok' }]);
  expect(await look([nobody, timeless])).toMatchObject([
    {
      check: 'clock.http',
      state: 'warn',
      detail: expect.stringContaining(`Nothing elsewhere could be compared with: ${new URL(nobody.url).host}, `),
      mend: expect.stringContaining('timedatectl'),
    },
  ]);
});

test('a server on this machine has its clock, and is not asked', async () => {
  let asked = 0;
  const url = await listen(createServer((_, response) => response.end(String((asked += 1)))));
  const found = await look([{ url }], { ownAddresses: () => ['127.0.0.1', '::1'] });
  expect(found).toMatchObject([{ state: 'warn', detail: expect.stringContaining('Nothing elsewhere') }]);
  expect(asked).toBe(0);
});

test('a server that takes the question and says nothing keeps nobody waiting', async () => {
  const patience = new AbortController();
  const url = await listen(createServer(() => patience.abort()));
  expect(await look([{ url }], {}, patience.signal)).toMatchObject([{ state: 'warn' }]);
});

test('a clock so wrong that no certificate is valid is found by that', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-clock-check-'));
  await using clock = await createMovedClock();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true }));
  // For the certificate's maker it is a year ago.
  await clock.move(-365 * 24 * 3600);
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const argv = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', ...names];
  const env = { PATH: process.env['PATH'], ...clock.environment };
  await promisify(execFile)('openssl', [...argv, '-keyout', key, '-out', cert], { env });
  const ca = await readFile(cert, 'utf8');
  const server = createHttpsServer({ key: await readFile(key), cert: ca }, (_, response) => response.end());
  const url = await listen(server, 'https');
  expect(await look([{ url, readCa: async () => ca }])).toMatchObject([
    { check: 'clock.http', state: 'warn', detail: expect.stringContaining('its certificate is not valid now') },
  ]);
});
