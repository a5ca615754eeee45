// Ten redeployments under load: what is lost, on the application and on a neighbour. `node bench/deploy/under-load.ts [embedded|caddy] [process|docker]`
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { archiveOf } from '../../packages/server/test/support/archive.ts';
import { startCaddyServer } from '../../packages/server/test/support/caddy-server.ts';
import { startDockerEngine } from '../../packages/server/test/support/docker-engine.ts';
import { startServerProcess } from '../../packages/server/test/support/server-process.ts';
import { createSourceRepository } from './source-repository.ts';
import { printTable } from './table.ts';

const seconds = 20;
const perSecond = 200;
const deployments = 10;
const streams = 20;

const neighbourSource = `
const { createHash } = require('node:crypto');
const server = require('node:http').createServer((request, response) => {
  if (request.url !== '/events') return response.end('neighbour');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const timer = setInterval(() => response.write('data: tick\\n\\n'), 200);
  response.once('close', () => clearInterval(timer));
});
server.on('upgrade', (request, socket) => {
  const key = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + key + '\\r\\n\\r\\n');
  socket.on('error', () => {});
});
server.listen(process.env.PORT);
`;

const folder = mkdtempSync(join(tmpdir(), 'davit-bench-'));
const proxy = process.argv[2] ?? 'embedded';
if (!['embedded', 'caddy'].includes(proxy)) throw new Error('which proxy: embedded or caddy');
await using caddy = proxy === 'caddy' ? await startCaddyServer() : null;
const runtime = process.argv[3] ?? 'process';
if (!['process', 'docker'].includes(runtime)) throw new Error('which runtime: process or docker');
await using docker = runtime === 'docker' ? await startDockerEngine() : null;
const containers: Record<string, string> =
  docker === null ? {} : { RUNTIME: 'docker', DOCKER_HOST: docker.host, BASE_IMAGES: 'node-build=node:24-slim' };
await using platform = await startServerProcess({ LOG_LEVEL: 'warn', ...containers, ...caddy?.environment });
const { api } = platform;
const proxyPort = caddy?.httpPort ?? platform.proxyPort;
const project = await api.createProject('bench');
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

function get(host: string, path = '/'): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port: proxyPort, path, agent, headers: { host } }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 200));
      response.once('error', () => resolve(false));
    });
    call.once('error', () => resolve(false));
    call.end();
  });
}

async function load(host: string): Promise<{ sent: number; lost: number }> {
  const answers: Promise<boolean>[] = [];
  const begin = performance.now();
  for (let n = 0; n < seconds * perSecond; n++) {
    const due = begin + (n * 1000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    answers.push(get(host));
  }
  const results = await Promise.all(answers);
  return { sent: results.length, lost: results.filter((ok) => !ok).length };
}

/** Opens connections that should outlive everything; tells how many were closed. */
function openForever(host: string) {
  let closed = 0;
  const sockets = Array.from({ length: streams }, () => {
    const socket = new WebSocket(`ws://127.0.0.1:${proxyPort}/`, { headers: { host } });
    socket.once('close', () => closed++);
    socket.once('error', () => {});
    return socket;
  });
  let ended = 0;
  const events = Array.from({ length: streams }, () => {
    const call = request({ host: '127.0.0.1', port: proxyPort, path: '/events', headers: { host }, agent: false });
    call.once('response', (response) => {
      response.resume();
      response.once('close', () => ended++);
    });
    call.once('error', () => {});
    call.end();
    return call;
  });
  return {
    counts: () => ({ closed, ended }),
    close() {
      for (const socket of sockets) socket.terminate();
      for (const call of events) call.destroy();
    },
  };
}

try {
  const repository = createSourceRepository(join(folder, 'app'), {});
  const source = { type: 'git', url: `file://${repository.folder}`, reference: { branch: 'main' } };
  const app = await api.createService(project.id, { name: 'app', source });
  const neighbour = await api.createService(project.id, { name: 'neighbour' });
  const uploadId = await api.upload(
    await archiveOf({ 'server.js': neighbourSource, 'package.json': '{"scripts":{"start":"node server.js"}}' }),
  );
  await api.settled((await api.deploy(neighbour.id, { uploadId })).id);
  await api.settled((await api.deploy(app.id)).id);
  const hostOf = (url: string) => new URL(url).host;
  const forever = openForever(hostOf(neighbour.url));
  await sleep(500);
  const loads = Promise.all([load(hostOf(app.url)), load(hostOf(neighbour.url))]);
  let succeeded = 0;
  for (let n = 0; n < deployments; n++) {
    repository.change();
    const { status } = await api.settled((await api.deploy(app.id)).id);
    if (status === 'active' || status === 'retired') succeeded++;
  }
  const [own, other] = await loads;
  const { closed, ended } = forever.counts();
  forever.close();
  agent.destroy();
  printTable(
    [
      `${succeeded} of ${deployments} redeployments under ${perSecond} requests a second, ${proxy}, ${runtime}`,
      'lost',
      'of',
      'goal',
    ],
    [
      ['requests, application', own.lost, own.sent, 0],
      ['requests, neighbour', other.lost, other.sent, 0],
      ['WebSockets of the neighbour closed', closed, streams, 0],
      ['event streams of the neighbour closed', ended, streams, 0],
    ],
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
