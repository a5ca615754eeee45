import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type Server } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCertificateCheck, createProxyCheck } from './network-checks.ts';

const dayMs = 24 * 3600 * 1000;
const signal = () => AbortSignal.timeout(30_000);

let folder: string;
let server: Server;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-doctor-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const argv = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=localhost'];
  await promisify(execFile)('openssl', [...argv, '-keyout', key, '-out', cert]);
  server = createTlsServer({ key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

// The certificate is real and good for 30 days from now; the day on which it is looked at is told.
test.each([
  [0, 'ok', /in (29|30) days/],
  [20, 'warn', /in (9|10) days/],
  [31, 'fail', /It ended on \d{4}-\d{2}-\d{2}/],
])('a certificate of 30 days is judged after %i days: %s', async (days, state, detail) => {
  const check = createCertificateCheck(url, () => new Date(Date.now() + days * dayMs));
  const [finding] = await check(signal());
  expect(finding).toMatchObject({ check: 'certificate.panel', state, detail: expect.stringMatching(detail) });
  expect(finding?.mend === null).toBe(state === 'ok');
});

test('a panel that nobody answers for, or that speaks no TLS, is said to be so', async () => {
  const plain = createTcpServer((socket) => socket.resume().end('this is no TLS\n'));
  await once(plain.listen(0, '127.0.0.1'), 'listening');
  const at = `https://127.0.0.1:${(plain.address() as AddressInfo).port}`;
  const now = () => new Date();
  expect(await createCertificateCheck(at, now)(signal())).toMatchObject([{ state: 'fail' }]);
  plain.close();
  await once(plain, 'close');
  expect(await createCertificateCheck(at, now)(signal())).toMatchObject([
    { state: 'fail', detail: `${at} does not answer: ECONNREFUSED.`, mend: expect.stringContaining('firewall') },
  ]);
  expect(await createCertificateCheck('http://127.0.0.1', now)(signal())).toEqual([]);
});

test('a proxy is looked for where the agent says that it is', async () => {
  const listening = createTcpServer();
  await once(listening.listen(0, '127.0.0.1'), 'listening');
  const { port } = listening.address() as AddressInfo;
  const check = createProxyCheck(async () => ({ host: '0.0.0.0', port }));
  expect(await check(signal())).toMatchObject([{ state: 'ok', detail: `Port ${port} takes connections.` }]);
  listening.close();
  await once(listening, 'close');
  expect(await check(signal())).toMatchObject([
    { state: 'fail', detail: `Port ${port} does not answer: ECONNREFUSED.` },
  ]);
  expect(await createProxyCheck(async () => undefined)(signal())).toMatchObject([{ state: 'warn' }]);
});
