import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait-until.ts';

const program = fileURLToPath(new URL('../../../../.cache/tools/pebble-2.10.1/pebble-challtestsrv', import.meta.url));

/** A DNS server of one's own, whose records are set as somebody sets them at their provider. */
export interface DnsServer extends AsyncDisposable {
  /** For DNS_RESOLVER. */
  address: string;
  setCname(host: string, target: string): Promise<void>;
  clearCname(host: string): Promise<void>;
  addAddress(host: string, address: string): Promise<void>;
  addTxt(host: string, value: string): Promise<void>;
}

/** Starts it with no record at all. */
export async function startDnsServer(): Promise<DnsServer> {
  if (!existsSync(program)) throw new Error('pebble-challtestsrv is missing: run scripts/setup');
  const [port, managementPort] = [await freePort(), await freePort()];
  const address = `127.0.0.1:${port}`;
  const management = `127.0.0.1:${managementPort}`;
  const off = ['http01', 'https01', 'tlsalpn01', 'doh', 'defaultIPv4', 'defaultIPv6'].flatMap((name) => [
    `-${name}`,
    '',
  ]);
  const child = spawn(program, ['-dnsserver', address, '-management', management, ...off], { stdio: 'ignore' });

  async function set(path: string, body: object): Promise<void> {
    const response = await fetch(`http://${management}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }
  const named = (host: string) => `${host}.`;
  await waitUntil(
    'the DNS server answers',
    () =>
      set('clear-cname', { host: named('nothing') }).then(
        () => true,
        () => false,
      ),
    30_000,
  );

  return {
    address,
    setCname: (host, target) => set('set-cname', { host: named(host), target: named(target) }),
    clearCname: (host) => set('clear-cname', { host: named(host) }),
    addAddress: (host, value) => set('add-a', { host: named(host), addresses: [value] }),
    addTxt: (host, value) => set('set-txt', { host: named(host), value }),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
