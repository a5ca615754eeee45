/**
 * CPU time and memory of the embedded proxy beside Caddy's, in one run: `node bench/proxy/proxy-cpu.ts [rounds]`.
 * Every proxy is a process of its own; time is what the kernel charged to it (user and system, /proc/PID/stat). Rounds
 * of the proxies alternate, and medians are compared, so that a busy machine does both the same harm.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const ROUNDS = Number(process.argv[2] ?? 7);
const REQUESTS = 20_000;
const CONNECTIONS = 32;
const INSTANCES = 10;
const MANY = 10_000;
/** Linux reports CPU time in ticks of 1/100 s. */
const TICK_MS = 10;

interface Contender {
  name: string;
  port: number;
  hosts: number;
  pid: number;
  idlePssMb: number;
  requests: number;
  cpuMicros: number[];
}

const children: ChildProcess[] = [];
const folder = await mkdtemp(join(tmpdir(), 'davit-bench-'));

function start(command: string, args: string[], input?: string): { child: ChildProcess; lines: AsyncIterator<string> } {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  if (input !== undefined) child.stdin.end(input);
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function line(lines: AsyncIterator<string>): Promise<string> {
  const next = await lines.next();
  if (next.done) throw new Error('a process of the benchmark ended early');
  return next.value;
}

function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function pssMb(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
  return Number(kilobytes) / 1024;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function script(name: string): string {
  return join(import.meta.dirname, name);
}

function routes(hosts: number, ports: number[]): [string, number][] {
  return Array.from({ length: hosts }, (_, i) => [`h${i}.bench`, ports[i % ports.length] ?? 0]);
}

async function startDavit(hosts: number, ports: number[]): Promise<Contender> {
  const args = [script('davit-process.ts'), join(folder, `routes-${hosts}`)];
  const { child, lines } = start(process.execPath, args, JSON.stringify(routes(hosts, ports)));
  return await contender('davit', hosts, Number(await line(lines)), child, REQUESTS);
}

/** One route a host name, which is what a platform on Caddy does. */
async function startCaddy(hosts: number, ports: number[]): Promise<Contender> {
  const port = await freePort();
  const config = {
    admin: { disabled: true },
    logging: { logs: { default: { level: 'ERROR' } } },
    apps: {
      http: {
        servers: {
          bench: {
            listen: [`127.0.0.1:${port}`],
            automatic_https: { disable: true },
            routes: routes(hosts, ports).map(([host, instance]) => ({
              match: [{ host: [host] }],
              handle: [{ handler: 'reverse_proxy', upstreams: [{ dial: `127.0.0.1:${instance}` }] }],
              terminal: true,
            })),
          },
        },
      },
    },
  };
  const file = join(folder, `caddy-${hosts}.json`);
  await writeFile(file, JSON.stringify(config));
  const { child } = start('caddy', ['run', '--config', file]);
  return await contender('Caddy', hosts, port, child, hosts === MANY ? REQUESTS / 10 : REQUESTS);
}

async function contender(
  name: string,
  hosts: number,
  port: number,
  child: ChildProcess,
  requests: number,
): Promise<Contender> {
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer) break;
    if (tries > 300) throw new Error(`${name} does not answer`);
    await sleep(100);
  }
  await sleep(2000);
  const pid = child.pid ?? 0;
  return { name, hosts, port, pid, idlePssMb: pssMb(pid), requests, cpuMicros: [] };
}

async function caddyVersion(): Promise<string | undefined> {
  const child = spawn('caddy', ['version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const failed = new Promise<undefined>((resolve) => child.once('error', () => resolve(undefined)));
  return await Promise.race([failed, line(createInterface({ input: child.stdout })[Symbol.asyncIterator]())]);
}

async function measure(): Promise<void> {
  const version = await caddyVersion();
  if (!version) {
    console.error('Caddy is missing: install the package `caddy` (2.6 or newer) and put it on PATH.');
    process.exitCode = 1;
    return;
  }
  const backend = start(process.execPath, [script('backend-process.ts'), String(INSTANCES)]);
  const ports = JSON.parse(await line(backend.lines)) as number[];
  const load = start(process.execPath, [script('load-process.ts')]);
  const few = await startDavit(10, ports);
  const many = await startDavit(MANY, ports);
  const caddyFew = await startCaddy(10, ports);
  const caddyMany = await startCaddy(MANY, ports);
  const contenders = [few, caddyFew, many, caddyMany];
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const each of contenders) {
      const before = cpuMs(each.pid);
      const { port, hosts, requests } = each;
      load.child.stdin?.write(`${JSON.stringify({ port, hosts, requests, connections: CONNECTIONS })}\n`);
      const result = JSON.parse(await line(load.lines)) as { failed: number; seconds: number };
      if (result.failed > 0) throw new Error(`${each.name}: ${result.failed} requests failed`);
      // The first round only warms up: just-in-time compilers, connections, caches.
      if (round >= 0) each.cpuMicros.push(((cpuMs(each.pid) - before) * 1000) / requests);
    }
  }
  report(version.split(' ')[0] ?? version, few, many, caddyFew, caddyMany);
}

function report(version: string, few: Contender, many: Contender, caddyFew: Contender, caddyMany: Contender): void {
  const row = (each: Contender): string =>
    `| ${each.name}, ${each.hosts.toLocaleString('en')} host names | ${median(each.cpuMicros).toFixed(1)} | ` +
    `${Math.min(...each.cpuMicros).toFixed(1)}–${Math.max(...each.cpuMicros).toFixed(1)} | ${each.idlePssMb.toFixed(0)} |`;
  const ratio = (a: Contender, b: Contender): string => (median(a.cpuMicros) / median(b.cpuMicros)).toFixed(2);
  console.log(
    [
      `Caddy ${version}, Node ${process.version}; ${ROUNDS} rounds of ${REQUESTS.toLocaleString('en')} requests, ` +
        `${CONNECTIONS} keep-alive connections, ${INSTANCES} instances.`,
      '',
      '| proxy | CPU µs a request (median) | range | idle PSS MiB |',
      '| --- | ---: | ---: | ---: |',
      ...[few, caddyFew, many, caddyMany].map(row),
      '',
      '| ratio | measured | goal |',
      '| --- | ---: | ---: |',
      `| davit to Caddy, 10 host names | ${ratio(few, caddyFew)} | 0.75 |`,
      `| davit, 10,000 host names to 10 | ${ratio(many, few)} | 1.20 |`,
      `| Caddy, 10,000 plain routes to 10 | ${ratio(caddyMany, caddyFew)} | – |`,
    ].join('\n'),
  );
}

try {
  await measure();
} finally {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}
