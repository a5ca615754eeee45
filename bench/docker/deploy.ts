// An application with a Dockerfile, its cache warm, against `docker build` and `docker run`. `node bench/docker/deploy.ts [rounds]`, as root
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveOfFolder } from '../../packages/server/test/support/archive.ts';
import { startDockerEngine } from '../../packages/server/test/support/docker-engine.ts';
import { startServerProcess } from '../../packages/server/test/support/server-process.ts';
import { answered } from '../deploy/answered.ts';
import { median, printTable } from '../deploy/table.ts';

const rounds = Number(process.argv[2] ?? 9);
const port = 8080;
const folder = mkdtempSync(join(tmpdir(), 'davit-bench-'));
await using docker = await startDockerEngine();
await using platform = await startServerProcess({ LOG_LEVEL: 'warn', RUNTIME: 'docker', DOCKER_HOST: docker.host });
const { api, proxyPort } = platform;

/** Everything before the last COPY comes from the cache, as with dependencies that did not change. */
const dockerfile = `FROM node:24-slim
WORKDIR /srv
COPY package.json ./
RUN node -e "console.log('installed')" > installed
COPY server.js ./
ENV PORT=${port}
CMD ["node", "server.js"]
`;

function writeSource(name: string, version: string): string {
  const source = join(folder, name);
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'Dockerfile'), dockerfile);
  writeFileSync(join(source, 'package.json'), '{}');
  const server = `require('node:http').createServer((_, answer) => answer.end('${version}')).listen(process.env.PORT);`;
  writeFileSync(join(source, 'server.js'), server);
  return source;
}

const call = (...argv: string[]) =>
  execFileSync('/usr/bin/docker', ['-H', docker.host, ...argv], {
    encoding: 'utf8',
    env: { DOCKER_BUILDKIT: '1', HOME: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

/** Services of an environment find each other by name, and nobody else can: by hand, that takes a network of one's own. */
const network = 'by-hand';
call('network', 'create', network);

/** A container that gets the address of one that has just gone is not found for up to a second: the kernel still looks for the former. */
const KEPT = 4;
const ended: string[] = [];

/** What somebody types: build, run, and an address to look at. Milliseconds to the first 200. */
async function byHand(version: string, ...flags: string[]): Promise<number> {
  const source = writeSource('hand', version);
  const begin = performance.now();
  call('build', '-t', 'by-hand', source);
  const id = call('run', '-d', '--init', ...flags, 'by-hand');
  const host = call('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', id);
  await answered({ host, port, headers: {} }, version);
  const took = performance.now() - begin;
  ended.push(id);
  if (ended.length > KEPT) call('rm', '-f', ended.shift() ?? '');
  return took;
}

const project = await api.createProject('bench');
const service = await api.createService(project.id, { name: 'app' });
const address = { host: '127.0.0.1', port: proxyPort, headers: { host: new URL(service.url).host } };

/**
 * Follows the run, as `davit up` does, until its container has been started. Who asked for the new version from the beginning
 * would keep the former one, the proxy and this program busy all the while, on the cores that build and start need too.
 */
async function started(runId: string): Promise<void> {
  const answer = await fetch(`${platform.url}/v1/runs/${runId}/stream`, {
    headers: { authorization: `Bearer ${api.token}` },
  });
  let text = '';
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (/"currentStep":"(?!(?:fetch|plan|build|release|start)")\w+"/.test(text)) return;
  }
  throw new Error('the deployment ended before anything was started');
}

async function byDavit(version: string): Promise<{ took: number; steps: Map<string, number> }> {
  const uploadId = await api.upload(await archiveOfFolder(writeSource('davit', version)));
  const begin = performance.now();
  const { id, runId } = await api.deploy(service.id, { uploadId });
  await started(runId);
  await answered(address, version);
  const took = performance.now() - begin;
  const { status, reason, steps = [] } = await api.settled(id);
  if (status !== 'active') throw new Error(reason ?? status);
  const times = steps.map(
    ({ name, startedAt, finishedAt }) => [name, Date.parse(finishedAt ?? '') - Date.parse(startedAt)] as const,
  );
  return { took, steps: new Map(times) };
}

try {
  const hand: number[] = [];
  const connected: number[] = [];
  const davit: Awaited<ReturnType<typeof byDavit>>[] = [];
  for (let round = 0; round <= rounds; round++) {
    hand.push(await byHand(`hand-${round}`));
    connected.push(await byHand(`connected-${round}`, '--network', network));
    davit.push(await byDavit(`davit-${round}`));
  }
  // The first round of each fills the caches.
  const ours = davit.slice(1);
  const took = median(ours.map((each) => each.took));
  const row = (peer: string, times: readonly number[], goal: string) => {
    const theirs = median(times.slice(1));
    return [peer, `${took.toFixed(0)} ms`, `${theirs.toFixed(0)} ms`, (took / theirs).toFixed(2), goal];
  };
  printTable(
    ['request to first 200 of the new version, against', 'davit', 'by hand', 'ratio', 'goal'],
    [
      row('`docker build` + `docker run`', hand, '≤ 1.25'),
      row('the same, `docker run --network` of its own', connected, ''),
    ],
  );
  const names = [...(ours[0]?.steps.keys() ?? [])];
  console.log(
    `\n${names.map((name) => `${name} ${median(ours.map(({ steps }) => steps.get(name) ?? 0)).toFixed(0)}`).join(', ')} ms`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
