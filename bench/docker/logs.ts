/**
 * Output of a container, as fast as it can print: until all of it is in its log, against reading the engine's own answer
 * (`GET /containers/{id}/logs?follow=1`), in turn. Prints the table of bench/README.md. As root; needs what scripts/setup installs.
 *
 *     node bench/docker/logs.ts [rounds]
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createEngineClient, type EngineAddress, parseDockerHost } from '../../packages/agent/src/engine/engine.ts';
import { toContainerSpec } from '../../packages/server/src/adapters/runtime/docker/container-spec.ts';
import {
  instanceLogSource,
  toContainerLabels,
} from '../../packages/server/src/adapters/runtime/docker/instance-labels.ts';
import type { ImageRoot, InstanceRequest } from '../../packages/server/src/adapters/runtime/runtime.ts';
import { buildImage } from '../../packages/server/test/support/container-image.ts';
import { startDockerEngine } from '../../packages/server/test/support/docker-engine.ts';
import { startTestAgent } from '../../packages/server/test/support/test-agent.ts';
import { median, printTable } from '../deploy/table.ts';

const LINES = 500_000;
const rounds = Number(process.argv[2] ?? 3);
const installation = 'bench-of-logs';
const flood = readFileSync(fileURLToPath(new URL('../logs/flood-process.ts', import.meta.url)), 'utf8');

await using docker = await startDockerEngine();
await using agent = await startTestAgent();
await buildImage(docker, 'flood', ['FROM node:24-slim', 'COPY flood.ts /', 'CMD node /flood.ts $LINES'], {
  'flood.ts': flood,
});
const engine = createEngineClient(parseDockerHost(docker.host) as EngineAddress);

interface Reading {
  lines: number;
  gaps: number;
  ms: number;
}

/** A container as the runtime makes it, log driver and all. */
async function createContainer(name: string, isFollowed: boolean): Promise<string> {
  const root: ImageRoot = {
    kind: 'image',
    reference: 'flood',
    network: { environmentId: 'env_bench', alias: name },
    port: 8080,
    readOnly: false,
  };
  const request: InstanceRequest = {
    id: name,
    labels: {
      serviceId: `svc_${name}`,
      releaseId: 'rel',
      deploymentId: 'dep',
      process: 'web',
      ordinal: 0,
      generation: 0,
    },
    root,
    argv: null,
    env: { LINES: String(LINES) },
    hasPort: false,
    limits: {},
    restart: { policy: 'never', maxRestarts: 0 },
    stopGraceMs: 1000,
  };
  const own = isFollowed ? installation : 'of-nobody';
  const labels = toContainerLabels(own, request, 'env_bench', { address: '', port: null });
  const spec = toContainerSpec(request, root, { networkId: 'bridge', address: '', asRoot: true }, labels);
  const { Id } = (await engine.call('/containers/create', {
    method: 'POST',
    query: { name },
    body: { ...spec, NetworkingConfig: {} },
  })) as { Id: string };
  return Id;
}

const start = (id: string) => engine.call(`/containers/${id}/start`, { method: 'POST' });
const remove = (id: string) => engine.call(`/containers/${id}`, { method: 'DELETE', query: { force: 'true' } });

/** The floor: reads the answer to its end, and counts newlines. */
async function readEngine(name: string): Promise<Reading> {
  const id = await createContainer(name, false);
  const begin = performance.now();
  await start(id);
  let lines = 0;
  const query = { stdout: 'true', stderr: 'true', timestamps: 'true', follow: 'true' };
  for await (const chunk of await engine.stream(`/containers/${id}/logs`, { query }))
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) if (chunk[at - 1] === 0x73) lines++;
  const ms = performance.now() - begin;
  await remove(id);
  return { lines, gaps: 0, ms };
}

async function readLog(key: string): Promise<{ lines: number; gaps: number }> {
  const numbers = new Set<string>();
  let gaps = 0;
  for (let after = '0000000000000000'; ; ) {
    const page = await agent.client.readLogs(key, { after, limit: 10_000 });
    for (const { stream, content } of page.lines)
      if (stream === 'system') gaps++;
      else numbers.add(content.split(' ')[1] ?? '');
    if (page.lines.length === 0 || page.nextCursor === null) break;
    after = page.nextCursor;
  }
  return { lines: numbers.size, gaps };
}

/** Until the agent says that all is stored and safe on the disk. */
async function readDavit(name: string): Promise<Reading> {
  const id = await createContainer(name, true);
  const begin = performance.now();
  await start(id);
  await engine.call(`/containers/${id}/wait`, { method: 'POST' });
  await agent.client.drainContainer(name);
  const ms = performance.now() - begin;
  const read = await readLog(`svc_${name}`);
  await remove(id);
  return { ...read, ms };
}

await agent.client.followContainers(instanceLogSource(docker.host, installation));
const readings = { bare: [] as Reading[], davit: [] as Reading[] };
for (let round = 0; round < rounds; round++) {
  readings.bare.push(await readEngine(`bare-${round}`));
  readings.davit.push(await readDavit(`davit-${round}`));
}
engine.close();
const rate = (all: Reading[]) => median(all.map(({ lines, ms }) => (lines / ms) * 1000));
const each = (number: number) => Math.round(number).toLocaleString('en');
const told = ({ lines, gaps }: Reading) => `${each(lines)}${gaps > 0 ? ` and ${gaps} gaps that are said` : ''}`;
const [davit, bare] = [rate(readings.davit), rate(readings.bare)];
printTable(
  ['measured', 'davit', "the engine's own answer", 'ratio', 'goal'],
  [
    ['lines a second, printed and stored', each(davit), each(bare), (davit / bare).toFixed(2), '≥ 0.8'],
    [
      `of ${each(LINES)} lines`,
      readings.davit.map(told).join('; '),
      readings.bare.map(({ lines }) => each(lines)).join('; '),
      '',
      'all, or a gap that is said',
    ],
  ],
);
