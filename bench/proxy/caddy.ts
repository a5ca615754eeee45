/**
 * Caddy before the proxy of the agent, as davit sets it up, beside a Caddy with a route a host name:
 * `node bench/proxy/caddy.ts [rounds]`. What it costs to switch, to add a host name, and to answer.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { CERTIFICATE_QUESTION_PATH, FRONT_HEADER } from '../../packages/agent/src/protocol/protocol.ts';
import { buildOwnParts, withOwnParts } from '../../packages/server/src/adapters/proxy/caddy/caddy-config.ts';
import { freePort } from '../../packages/server/test/support/free-port.ts';

const rounds = Number(process.argv[2] ?? 5);
const requests = 20_000;
const connections = 32;
const switches = 60;
const additions = 15;
/** Linux reports CPU time in ticks of 1/100 s. */
const tickMs = 10;

const folder = await mkdtemp(join(tmpdir(), 'davit-bench-'));
const children: ChildProcess[] = [];

function start(command: string, args: string[]) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, HOME: folder } });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const next = await lines.next();
    if (next.done) throw new Error(`${command} ended early`);
    return next.value;
  };
  return { child, line, pid: child.pid ?? 0 };
}

const script = (name: string) => join(import.meta.dirname, name);

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** Two instances that say which one they are, in this process: nothing of them is measured. */
async function startInstances(): Promise<number[]> {
  const ports: number[] = [];
  for (let n = 0; n < 2; n++) {
    const server = createServer((_, response) => response.end(String((server.address() as AddressInfo).port)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    server.unref();
    ports.push((server.address() as AddressInfo).port);
  }
  return ports;
}

function ask(port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, headers: { host } }, (response) => {
      text(response).then(resolve, reject);
    });
    call.once('error', reject);
    call.end();
  });
}

async function startCaddy(apps: object) {
  const [admin, port, tls] = [await freePort(), await freePort(), await freePort()];
  const file = join(folder, `caddy-${admin}.json`);
  const logging = { logs: { default: { level: 'ERROR' } } };
  await writeFile(file, JSON.stringify({ admin: { listen: `127.0.0.1:${admin}` }, logging, apps }));
  const { pid } = start('caddy', ['run', '--config', file]);
  const url = `http://127.0.0.1:${admin}`;
  for (let tries = 0; tries < 300; tries++) {
    if (
      await fetch(`${url}/config/`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
    await sleep(100);
  }
  return { url, port, tls, pid };
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), headers });
  if (!response.ok) throw new Error(`${url}: ${await response.text()}`);
}

const hostNames = (count: number) => Array.from({ length: count }, (_, n) => `h${n}.bench`);

/** davit's way: Caddy with the configuration that davit gives it, before the proxy of the agent. */
async function startDavit(hosts: number, ports: readonly number[]) {
  const agent = start(process.execPath, [script('routed-process.ts'), join(folder, `routes-${hosts}`)]);
  const front = JSON.parse(await agent.line()) as { host: string; port: number; token: string };
  const route = async (routes: [string, number][]): Promise<void> => {
    agent.child.stdin.write(`${JSON.stringify(routes)}\n`);
    await agent.line();
  };
  await route(hostNames(hosts).map((host, n) => [host, ports[n % ports.length] ?? 0]));
  const caddy = await startCaddy({});
  const upstream = {
    address: `${front.host}:${front.port}`,
    front: { field: FRONT_HEADER, token: front.token },
    questionPath: CERTIFICATE_QUESTION_PATH,
  };
  const acme = { directoryUrl: 'https://127.0.0.1:1/dir', rootFile: undefined, email: undefined };
  const settings = { host: '127.0.0.1', httpPort: caddy.port, httpsPort: caddy.tls, acme };
  const config = (await (await fetch(`${caddy.url}/config/`)).json()) as Record<string, unknown>;
  await post(`${caddy.url}/config/`, withOwnParts(config, buildOwnParts(settings, upstream, 'permission'))).catch(() =>
    post(`${caddy.url}/config/`, withOwnParts(config, buildOwnParts(settings, upstream, 'ask'))),
  );
  return { name: 'davit', hosts, port: caddy.port, pids: [caddy.pid, agent.pid], route };
}

/** A route a host name, as a platform on Caddy has it. */
async function startPlain(hosts: number, ports: readonly number[]) {
  const port = await freePort();
  const routeOf = (host: string, to: number) => ({
    match: [{ host: [host] }],
    handle: [{ handler: 'reverse_proxy', upstreams: [{ dial: `127.0.0.1:${to}` }] }],
    terminal: true,
  });
  const routes = hostNames(hosts).map((host, n) => routeOf(host, ports[n % ports.length] ?? 0));
  const server = { listen: [`127.0.0.1:${port}`], automatic_https: { disable: true }, routes };
  const caddy = await startCaddy({ http: { servers: { bench: server } } });
  const add = (host: string) =>
    post(`${caddy.url}/config/apps/http/servers/bench/routes`, routeOf(host, ports[0] ?? 0));
  return { name: 'Caddy, a route a host name', hosts, port, pids: [caddy.pid], add };
}

type Davit = Awaited<ReturnType<typeof startDavit>>;
type Contender = Pick<Davit, 'name' | 'hosts' | 'port' | 'pids'>;

/** From the call that switches a host name to the first answer of the new instance, through Caddy; in milliseconds. */
async function measureSwitch(davit: Davit, ports: readonly number[], n: number): Promise<number> {
  const host = `h${davit.hosts - 1}.bench`;
  const to = ports[n % 2] ?? 0;
  await davit.route([[host, ports[(n + 1) % 2] ?? 0]]);
  await ask(davit.port, host);
  const begin = performance.now();
  await davit.route([[host, to]]);
  while ((await ask(davit.port, host)) !== String(to));
  return performance.now() - begin;
}

/** From the call that adds a host name to its first answer; in milliseconds. */
async function measureAddition(port: number, host: string, add: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await add();
  for (;;) {
    const answer = await ask(port, host).catch(() => '');
    if (/^\d{2,5}$/.test(answer)) return performance.now() - begin;
  }
}

async function measureCpu(contenders: readonly Contender[]): Promise<Map<Contender, number[]>> {
  const load = start(process.execPath, [script('load-process.ts')]);
  const found = new Map(contenders.map((each): [Contender, number[]] => [each, []]));
  for (let round = -1; round < rounds; round++) {
    for (const each of contenders) {
      const count = each.name !== 'davit' && each.hosts > 1000 ? requests / 10 : requests;
      const spent = () => each.pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
      const before = spent();
      load.child.stdin.write(
        `${JSON.stringify({ port: each.port, hosts: each.hosts, requests: count, connections })}\n`,
      );
      const { failed } = JSON.parse(await load.line()) as { failed: number };
      if (failed > 0) throw new Error(`${each.name}: ${failed} requests failed`);
      // The first round only warms up.
      if (round >= 0) found.get(each)?.push(((spent() - before) * 1000) / count);
    }
  }
  return found;
}

async function measure(): Promise<void> {
  const ports = await startInstances();
  const [few, some] = [await startDavit(10, ports), await startDavit(1000, ports)];
  const plain = await startPlain(1000, ports);
  const [fewMs, someMs, addedMs, plainMs]: number[][] = [[], [], [], []];
  for (let n = -5; n < switches; n++) {
    const [ten, thousand] = [await measureSwitch(few, ports, n + 6), await measureSwitch(some, ports, n + 6)];
    if (n >= 0) fewMs?.push(ten);
    if (n >= 0) someMs?.push(thousand);
  }
  for (let n = -2; n < additions; n++) {
    const host = `new${n + 2}.bench`;
    const ours = await measureAddition(some.port, host, () => some.route([[host, ports[0] ?? 0]]));
    const theirs = await measureAddition(plain.port, host, () => plain.add(host));
    if (n >= 0) addedMs?.push(ours);
    if (n >= 0) plainMs?.push(theirs);
  }
  const backend = start(process.execPath, [script('backend-process.ts'), '10']);
  const backends = JSON.parse(await backend.line()) as number[];
  const davit = [await startDavit(10, backends), await startDavit(10_000, backends)];
  const routes = [await startPlain(10, backends), await startPlain(10_000, backends)];
  const cpu = await measureCpu([...davit, ...routes]);
  const of = (each: Contender | undefined) => median(each === undefined ? [] : (cpu.get(each) ?? []));
  const at = (values: number[] | undefined) => median(values ?? []);
  const row = (what: string, value: number, peer: string, other: number, unit: string, goal: string) =>
    `| ${what} | ${value.toFixed(2)} ${unit} | ${peer}: ${other.toFixed(2)} ${unit} | ${(value / other).toFixed(2)} | ${goal} |`;
  console.log(
    [
      '| measured | davit | peer | ratio | goal |',
      '| --- | --- | --- | --- | --- |',
      row('switch to first new answer, 1,000 host names', at(someMs), '10 host names', at(fewMs), 'ms', '≤ 1.5'),
      row('a host name more at 1,000', at(addedMs), 'a plain route POST', at(plainMs), 'ms', '≤ 0.35'),
      row('CPU a request, 10,000 host names', of(davit[1]), '10 host names', of(davit[0]), 'µs', '≤ 1.5'),
      row('the same, 10 host names', of(davit[0]), 'Caddy, plain routes', of(routes[0]), 'µs', '–'),
      row('the same, 10,000 host names', of(davit[1]), 'Caddy, plain routes', of(routes[1]), 'µs', '–'),
    ].join('\n'),
  );
}

try {
  await measure();
} finally {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);
