// First deployment and redeployment, against doing it by hand. `node bench/deploy/deploy.ts [rounds]`
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServerProcess } from '../../packages/server/test/support/server-process.ts';
import { answered } from './answered.ts';
import { firstByHand, redeployFloor } from './by-hand.ts';
import { createSourceRepository, git, type SourceRepository } from './source-repository.ts';
import { median, printTable } from './table.ts';

const rounds = Number(process.argv[2] ?? 9);
const folder = mkdtempSync(join(tmpdir(), 'davit-bench-'));
await using platform = await startServerProcess({ LOG_LEVEL: 'warn' });
const { api, proxyPort } = platform;
const project = await api.createProject('bench');

const addressOf = (url: string) => ({ host: '127.0.0.1', port: proxyPort, headers: { host: new URL(url).host } });

async function createService(name: string, repository: SourceRepository) {
  const source = { type: 'git', url: `file://${repository.folder}`, reference: { branch: 'main' }, rootFolder: '' };
  return await api.createService(project.id, { name, source });
}

async function deploy(service: { id: string; url: string }, version: string): Promise<number> {
  const begin = performance.now();
  const deployment = await api.deploy(service.id);
  await answered(addressOf(service.url), version);
  const took = performance.now() - begin;
  await api.settled(deployment.id);
  return took;
}

async function measureFirst(): Promise<[number[], number[]]> {
  const repository = createSourceRepository(join(folder, 'plain'), {});
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const service = await createService(`first-${round}`, repository);
    ours.push(await deploy(service, 'v1'));
    theirs.push(await firstByHand(`file://${repository.folder}`, join(folder, `hand-${round}`), 'v1'));
  }
  // The first round of each warms the caches of disk and registry.
  return [ours.slice(1), theirs.slice(1)];
}

async function measureRedeploy(): Promise<[number[], number[]]> {
  const repository = createSourceRepository(join(folder, 'dependent'), { fastify: '5.6.2' });
  const service = await createService('again', repository);
  await deploy(service, 'v1');
  const mirror = join(folder, 'mirror.git');
  execFileSync('git', ['clone', '--quiet', '--bare', '--depth', '1', `file://${repository.folder}`, mirror]);
  const cache = join(folder, 'cache');
  execFileSync('git', ['clone', '--quiet', `file://${repository.folder}`, cache]);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: cache, stdio: 'ignore' });
  git(mirror, 'gc', '--quiet');
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    ours.push(await deploy(service, repository.change()));
    theirs.push(await redeployFloor(mirror, cache, join(folder, `floor-${round}`), repository.change()));
  }
  return [ours.slice(1), theirs.slice(1)];
}

const row = (name: string, [ours, theirs]: [number[], number[]], peer: string, goal: string) => [
  name,
  `${median(ours).toFixed(0)} ms`,
  `${peer}: ${median(theirs).toFixed(0)} ms`,
  (median(ours) / median(theirs)).toFixed(2),
  goal,
];

try {
  const first = await measureFirst();
  const again = await measureRedeploy();
  printTable(
    ['request to first 200 of the new version', 'davit', 'peer', 'ratio', 'goal'],
    [
      row('first deployment, no dependencies', first, 'clone + npm ci + start by hand', '≤ 1.3'),
      row('redeployment, unchanged lockfile', again, 'fetch + archive + link + start + switch', '≤ 2'),
    ],
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
