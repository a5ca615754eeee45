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

/** What somebody types: build, run, and an address to look at. Milliseconds to the first 200. */
async function byHand(version: string): Promise<number> {
  const source = writeSource('hand', version);
  const begin = performance.now();
  call('build', '-t', 'by-hand', source);
  const id = call('run', '-d', '--init', 'by-hand');
  const host = call('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', id);
  await answered({ host, port, headers: {} }, version);
  const took = performance.now() - begin;
  call('rm', '-f', id);
  return took;
}

const project = await api.createProject('bench');
const service = await api.createService(project.id, { name: 'app' });
const address = { host: '127.0.0.1', port: proxyPort, headers: { host: new URL(service.url).host } };

async function byDavit(version: string): Promise<{ took: number; steps: Map<string, number> }> {
  const uploadId = await api.upload(await archiveOfFolder(writeSource('davit', version)));
  const begin = performance.now();
  const { id } = await api.deploy(service.id, { uploadId });
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
  const davit: Awaited<ReturnType<typeof byDavit>>[] = [];
  for (let round = 0; round <= rounds; round++) {
    hand.push(await byHand(`hand-${round}`));
    davit.push(await byDavit(`davit-${round}`));
  }
  // The first round of each fills the caches.
  const [ours, theirs] = [davit.slice(1), median(hand.slice(1))];
  const took = median(ours.map((each) => each.took));
  printTable(
    ['request to first 200 of the new version', 'davit', '`docker build` + `docker run`', 'ratio', 'goal'],
    [
      [
        'Dockerfile, warm cache',
        `${took.toFixed(0)} ms`,
        `${theirs.toFixed(0)} ms`,
        (took / theirs).toFixed(2),
        '≤ 1.25',
      ],
    ],
  );
  const names = [...(ours[0]?.steps.keys() ?? [])];
  console.log(
    `\n${names.map((name) => `${name} ${median(ours.map(({ steps }) => steps.get(name) ?? 0)).toFixed(0)}`).join(', ')} ms`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
