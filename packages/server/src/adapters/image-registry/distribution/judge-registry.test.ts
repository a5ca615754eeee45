import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createOutboundNetwork } from '../../../platform/outbound/outbound-network.ts';
import { createRegistryJudge } from './judge-registry.ts';

const network = createOutboundNetwork({ networks: ['127.0.0.0/8'] });
const judge = createRegistryJudge({
  findAddress: network.findAddress,
  async ask(url, signal) {
    const { headers, body } = await network.request({ method: 'GET', url, headers: {}, follow: true, signal });
    body.destroy();
    return { headers };
  },
});
const judged = (registry: string) => judge(registry, new AbortController().signal);

/** Answers `/v2/` like this; its host and port. */
async function startRegistry(status: number, headers: Record<string, string>): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status, headers).end('{}'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => server[Symbol.asyncDispose]());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  ['lets everybody in', 200, {}],
  ['asks for a password', 401, { 'www-authenticate': 'Basic realm="10.1.2.3"' }],
  ['gives tokens where it may be asked', 401, { 'www-authenticate': 'Bearer realm="http://127.0.0.2:1/token",a="b"' }],
  ['gives them where nobody is', 401, { 'www-authenticate': 'Bearer realm="https://registry.invalid/token"' }],
])('a registry that %s is one to go to', async (_what, status, headers) => {
  await expect(judged(await startRegistry(status, headers))).resolves.toBeUndefined();
});

test.each(['127.0.0.1:1', 'registry.invalid'])('%s, which does not answer, is left to the engine', async (registry) => {
  await expect(judged(registry)).resolves.toBeUndefined();
});

test.each(['169.254.169.254', '10.1.2.3:5000', '192.168.0.1:80'])('%s is refused', async (registry) => {
  await expect(judged(registry)).rejects.toMatchObject({ code: 'OUTBOUND_ADDRESS_REFUSED' });
});

test.each<Record<string, string>>([
  { 'www-authenticate': 'Bearer realm="http://169.254.169.254/latest",service="x"' },
  { 'www-authenticate': 'bearer service="x", realm = "https://10.1.2.3:443/token"' },
  { 'www-authenticate': 'Bearer realm="http://169\\.254.169\\.254/latest"' },
  { 'www-authenticate': 'Basic realm="x", Bearer realm=http://192.168.0.1/token' },
])('a registry that sends who signs in to a network that is not public is refused: %j', async (headers) => {
  await expect(judged(await startRegistry(401, headers))).rejects.toMatchObject({
    code: 'OUTBOUND_ADDRESS_REFUSED',
    message: expect.stringMatching(/davit does not call (?:169\.254|10\.1|192\.168)/),
  });
});

test('a registry that leads elsewhere is judged by where it leads', async () => {
  const last = await startRegistry(401, { 'www-authenticate': 'Bearer realm="http://10.1.2.3/token"' });
  for (const location of ['http://169.254.169.254/v2/', `http://${last}/v2/`])
    await expect(judged(await startRegistry(307, { location }))).rejects.toMatchObject({
      code: 'OUTBOUND_ADDRESS_REFUSED',
    });
});
