// What a build does to an application that runs beside it. `node bench/docker/build-beside.ts [seconds]`, as root; needs what scripts/setup installs
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildctlFolder, startBuildkitDaemon } from '../../packages/server/test/support/buildkit-daemon.ts';
import { deployFiles, startDeployment } from '../../packages/server/test/support/deploy-files.ts';
import { startDockerEngine } from '../../packages/server/test/support/docker-engine.ts';
import { startImageRegistry } from '../../packages/server/test/support/image-registry.ts';
import { startServerProcess } from '../../packages/server/test/support/server-process.ts';
import { waitUntil } from '../../packages/server/test/support/wait-until.ts';
import { median, printTable } from '../deploy/table.ts';

const seconds = Number(process.argv[2] ?? 15);
const perSecond = 100;
const rounds = 3;

await using docker = await startDockerEngine();
// It stands for Docker Hub, which the buildkitd takes its base images from.
await using mirror = await startImageRegistry({ isOpen: true });
const base = `${mirror.host}/library/node:24-slim`;
await docker.docker('tag', 'node:24-slim', base);
await docker.docker('push', '-q', base);
// One that knows of groups for steps, which Debian's engine does not.
await using buildkit = await startBuildkitDaemon(mirror.host);
await using platform = await startServerProcess({
  BUILDKIT_ADDRESS: buildkit.address,
  PATH: `${buildctlFolder}:${process.env['PATH']}`,
  LOG_LEVEL: 'warn',
  RUNTIME: 'docker',
  DOCKER_HOST: docker.host,
  RATE_LIMIT_REQUESTS: '1000000',
});
const { api, proxyPort } = platform;
const project = await api.createProject('bench');
const server = `require('node:http').createServer((_, answer) => answer.end('fine')).listen(process.env.PORT);`;
const last = ['WORKDIR /srv', 'COPY server.js ./', 'CMD ["node", "server.js"]'];
/** As many processes that only compute as there are cores, as a compiler has. */
const busy =
  'const { Worker } = require("node:worker_threads"); for (let n = 0; n < os.availableParallelism(); n++) new Worker("for (;;);", { eval: true })';

const app = await api.createService(project.id, { name: 'app' });
const deployed = await deployFiles(api, app.id, {
  Dockerfile: ['FROM node:24-slim', ...last].join('\n'),
  'server.js': server,
});
if (deployed.status !== 'active') throw new Error(deployed.reason ?? deployed.status);
const builder = await api.createService(project.id, { name: 'builder', settings: { cpus: 0.5 } });

const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const host = new URL(app.url).host;

function ask(): Promise<number> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: proxyPort, agent, headers: { host } }, (response) => {
      response.resume();
      response.once('end', () => resolve(performance.now() - begin));
    });
    call.once('error', reject);
    call.end();
  });
}

/** The 99th percentile of how long an answer takes, in milliseconds, at a steady rate. */
async function p99(): Promise<number> {
  const answers: Promise<number>[] = [];
  const begin = performance.now();
  for (let n = 0; n < seconds * perSecond; n++) {
    const due = begin + (n * 1000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    answers.push(ask());
  }
  const times = (await Promise.all(answers)).toSorted((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

/** While a step of a build computes on all cores, for longer than this measures. */
async function p99BesideBuild(round: number): Promise<number> {
  const step = `RUN echo computing ${round} && timeout ${seconds * 4} node -e '${busy}' || true`;
  const { id, runId } = await startDeployment(api, builder.id, {
    Dockerfile: ['FROM node:24-slim', step, ...last].join('\n'),
    'server.js': server,
  });
  await waitUntil('the step computes', async () => (await api.outputOf(runId)).includes(`computing ${round}`));
  const measured = await p99();
  await api.done('POST', `/v1/deployments/${id}/cancel`);
  await api.settled(id);
  return measured;
}

await p99();
const idle: number[] = [];
const beside: number[] = [];
for (let round = 0; round < rounds; round++) {
  idle.push(await p99());
  beside.push(await p99BesideBuild(round));
}
agent.destroy();
printTable(
  [`p99 of an application at ${perSecond} requests a second`, 'beside a build', 'idle', 'ratio', 'goal'],
  [
    [
      'a step of the build computes on all cores',
      `${median(beside).toFixed(1)} ms`,
      `${median(idle).toFixed(1)} ms`,
      (median(beside) / median(idle)).toFixed(2),
      '< 2',
    ],
  ],
);
