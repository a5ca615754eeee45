import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type DnsServer, startDnsServer } from '../../../test/support/dns-server.ts';
import { createNodeDns } from '../../adapters/dns/node/node-dns.ts';
import { createDnsCheck } from './dns-check.ts';

const signal = () => AbortSignal.timeout(30_000);
const here = '192.0.2.1';
const elsewhere = '203.0.113.9';

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** What is found where these names lead to these addresses. */
async function look(name: string, leads: { services?: string[]; panel?: string[] }, resolver = server.address) {
  const [baseDomain, host] = [`apps.${name}.test`, `panel.${name}.test`];
  for (const address of leads.services ?? []) await server.addAddress(`davit-doctor.${baseDomain}`, address);
  for (const address of leads.panel ?? []) await server.addAddress(host, address);
  const dns = createNodeDns([resolver]);
  return await createDnsCheck({ baseDomain, baseUrl: `https://${host}`, dns, ownAddresses: () => [here] })(signal());
}

test('names that lead to this machine are well, by the resolver that was named', async () => {
  expect(await look('well', { services: [here], panel: [here] })).toEqual([
    { check: 'dns.services', title: 'DNS of davit-doctor.apps.well.test', state: 'ok', detail: here, mend: null },
    { check: 'dns.panel', title: 'DNS of panel.well.test', state: 'ok', detail: here, mend: null },
  ]);
});

test('names that lead nowhere fail, with the record to make', async () => {
  expect(await look('nowhere', {})).toMatchObject([
    { check: 'dns.services', state: 'fail', mend: expect.stringContaining('*.apps.nowhere.test') },
    { check: 'dns.panel', state: 'fail', mend: expect.stringContaining('panel.nowhere.test') },
  ]);
});

test('names that lead to another machine are a warning, since there may be NAT', async () => {
  const detail = `${elsewhere}: no address of this machine itself.`;
  const mend = expect.stringContaining('NAT');
  expect(await look('nat', { services: [elsewhere], panel: [elsewhere] })).toMatchObject([
    { check: 'dns.services', state: 'warn', detail, mend },
    { check: 'dns.panel', state: 'warn', detail, mend },
  ]);
});

test('a panel and services at different addresses are a warning', async () => {
  expect(await look('split', { services: [elsewhere], panel: [here] })).toMatchObject([
    { check: 'dns.services', state: 'warn' },
    { check: 'dns.panel', state: 'ok' },
    {
      check: 'dns.same',
      state: 'warn',
      detail: `davit is at ${here}, its services are at ${elsewhere}.`,
      mend: expect.stringContaining('NAT'),
    },
  ]);
  // Every other visitor would come to a machine that has no davit.
  expect((await look('partly', { services: [here, elsewhere], panel: [here] })).at(-1)).toMatchObject({
    check: 'dns.same',
    state: 'warn',
  });
});

test('a resolver that does not answer is said, not taken for a name that leads nowhere', async () => {
  // It refuses each question, as a resolver does that is not meant for this machine.
  const refusing = createSocket('udp4', (question, { port, address }) => {
    const answer = Buffer.from(question);
    answer.writeUInt16BE(0x8185, 2);
    refusing.send(answer, port, address);
  });
  refusing.bind(0, '127.0.0.1');
  await once(refusing, 'listening');
  onTestFinished(() => void refusing.close());
  const failed = {
    state: 'fail',
    detail: 'It could not be asked for: The DNS resolver gave no answer (EREFUSED).',
    mend: expect.stringContaining('DNS_RESOLVER'),
  };
  expect(await look('silent', {}, `127.0.0.1:${refusing.address().port}`)).toMatchObject([failed, failed]);
});

test.each(['http://localhost:8080', 'http://davit.localhost', 'http://192.0.2.7', 'http://[2001:db8::7]:4000'])(
  'with BASE_URL=%s there is no name that needs DNS',
  async (baseUrl) => {
    const dns = createNodeDns([server.address]);
    const check = createDnsCheck({ baseDomain: 'localhost', baseUrl, dns, ownAddresses: () => [here] });
    expect(await check(signal())).toEqual([]);
  },
);
