import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait-until.ts';

const program = fileURLToPath(new URL('../../../../.cache/tools/pebble-2.10.1/pebble', import.meta.url));
const run = promisify(execFile);

/** A real ACME authority (Let's Encrypt's Pebble), which validates as one does: by DNS and by asking the names themselves. */
export interface AcmeServer extends AsyncDisposable {
  directoryUrl: string;
  /** By which the authority's own address is known. */
  rootFile: string;
  /** PEM of the root that its certificates lead to. */
  issuedRoot: string;
}

/** Starts it: names are looked up at `dnsServer` and asked at these ports. */
export async function startAcmeServer(options: {
  dnsServer: string;
  httpPort: number;
  tlsPort: number;
}): Promise<AcmeServer> {
  if (!existsSync(program)) throw new Error('pebble is missing: run scripts/setup');
  const folder = await mkdtemp(join(tmpdir(), 'davit-acme-'));
  const [port, managementPort] = [await freePort(), await freePort()];
  const [certificate, privateKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const keyOptions = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  await run('openssl', ['req', ...keyOptions, ...names, '-keyout', privateKey, '-out', certificate]);
  const config = {
    pebble: {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${managementPort}`,
      certificate,
      privateKey,
      httpPort: options.httpPort,
      tlsPort: options.tlsPort,
      ocspResponderURL: '',
      externalAccountBindingRequired: false,
    },
  };
  const file = join(folder, 'pebble.json');
  await writeFile(file, JSON.stringify(config));
  const child = spawn(program, ['-config', file, '-dnsserver', options.dnsServer], {
    stdio: 'ignore',
    env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' },
  });
  const ca = await readFile(certificate, 'utf8');

  function read(url: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request(url, { ca, agent: false }, (response) => {
        text(response).then(resolve, reject);
      });
      asked.once('error', reject);
      asked.end();
    });
  }

  const directoryUrl = `https://127.0.0.1:${port}/dir`;
  await waitUntil('the ACME authority answers', () => read(directoryUrl).then(Boolean, () => false), 30_000);
  return {
    directoryUrl,
    rootFile: certificate,
    issuedRoot: await read(`https://127.0.0.1:${managementPort}/roots/0`),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
