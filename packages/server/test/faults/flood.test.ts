import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServiceView } from '../support/api-caller.ts';
import { deployFiles } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { sharedDocker } from '../support/shared-docker.ts';
import { startSteadyVisitor } from '../support/steady-visitor.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// A container prints 100,000 lines a second for a minute, which is more than the engine keeps, while a neighbour prints a few.

const perSecond = 100_000;
const seconds = 60;
const lines = perSecond * seconds;
const keptMegabytes = 24;

/** Prints numbered lines at a rate, from when it is asked to; where its output is not taken as fast, later. */
const printer = `
const { createServer } = require('node:http');
const { writeSync } = require('node:fs');
function write(text) {
  for (let bytes = Buffer.from(text); bytes.length > 0; ) {
    try { bytes = bytes.subarray(writeSync(1, bytes)); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
  }
}
function print(perSecond, lines) {
  const begin = performance.now();
  let printed = 0;
  const timer = setInterval(() => {
    const due = Math.min(lines, Math.floor(((performance.now() - begin) * perSecond) / 1000), printed + perSecond);
    let text = '';
    while (printed < due) text += 'line ' + printed++ + '\\n';
    write(text);
    if (printed === lines) { clearInterval(timer); write('done\\n'); }
  }, 10);
}
createServer((request, response) => {
  const { searchParams } = new URL(request.url, 'http://own');
  if (searchParams.has('lines')) print(Number(searchParams.get('rate')), Number(searchParams.get('lines')));
  response.end('fine');
}).listen(process.env.PORT);
`;
const files = {
  Dockerfile: 'FROM node:24-slim\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.cjs"]\n',
  'server.cjs': printer,
};

let platform: Platform;
let flooding: ServiceView;
let neighbour: ServiceView;

async function startPrinter(projectId: string, name: string): Promise<ServiceView> {
  const settings = { logRetention: { maxMegabytes: keptMegabytes, maxDays: 1 } };
  const service = await platform.api.createService(projectId, { name, settings });
  const deployment = await deployFiles(platform.api, service.id, files);
  expect(deployment, (await platform.api.outputOf(deployment.runId)).join('\n')).toMatchObject({ status: 'active' });
  return service;
}

beforeAll(async () => {
  const { host } = await sharedDocker();
  platform = await startPlatform({ environment: { RUNTIME: 'docker', DOCKER_HOST: host } });
  const { id } = await platform.api.createProject('flood');
  flooding = await startPrinter(id, 'flooding');
  neighbour = await startPrinter(id, 'neighbour');
});
afterAll(() => platform?.[Symbol.asyncDispose]());

/** Resident memory, MiB. */
async function memoryOf(pid: number | undefined): Promise<number> {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

async function readLog(serviceId: string): Promise<{ stream: string; content: string }[]> {
  const all = [];
  for (let after = '0000000000000000'; ; ) {
    const page = await platform.agent.readLogs(serviceId, { after, limit: 10_000 });
    all.push(...page.lines.map(({ stream, content }) => ({ stream, content })));
    if (page.lines.length === 0 || page.nextCursor === null) return all;
    after = page.nextCursor;
  }
}

async function newestLines(serviceId: string): Promise<string[]> {
  return (await platform.agent.readLogs(serviceId, { limit: 10 })).lines.map(({ content }) => content);
}

/** Every number follows the one before, or a line of davit's own says that some are missing there. */
function unexplainedGaps(log: { stream: string; content: string }[]): string[] {
  const gaps: string[] = [];
  let before: number | undefined;
  let isSaid = false;
  for (const { stream, content } of log) {
    const [, digits] = /^line (\d+)$/.exec(content) ?? [];
    if (stream === 'system') isSaid = true;
    if (digits === undefined) continue;
    const number = Number(digits);
    if (before !== undefined && number !== before + 1 && !isSaid) gaps.push(`${before} to ${number}`);
    before = number;
    isSaid = false;
  }
  return gaps;
}

test('a flood is stored or its gaps are said, memory stays bounded, and a neighbour loses nothing', {
  timeout: 900_000,
}, async () => {
  const { agent, api, server } = platform;
  const pids = { agent: (await agent.info()).pid, server: server.pid };
  const before = { agent: await memoryOf(pids.agent), server: await memoryOf(pids.server) };
  const most = { ...before };
  const quiet = 50 * seconds;
  const visitor = startSteadyVisitor(neighbour.url, { visitors: 1, pauseMs: 100 });
  await visit(flooding.url, `/?rate=${perSecond}&lines=${lines}`);
  await visit(neighbour.url, `/?rate=50&lines=${quiet}`);
  const waiting = new Set([flooding.id, neighbour.id]);
  await waitUntil(
    'all is printed and stored',
    async () => {
      for (const name of ['agent', 'server'] as const) most[name] = Math.max(most[name], await memoryOf(pids[name]));
      // The API answers meanwhile.
      await api.done('GET', `/v1/services/${neighbour.id}`);
      for (const id of waiting) if ((await newestLines(id)).includes('done')) waiting.delete(id);
      await sleep(500);
      return waiting.size === 0;
    },
    800_000,
  );
  const visits = await visitor.stop();

  const own = (await readLog(neighbour.id)).filter(({ content }) => /^line \d+$/.test(content));
  expect(own.map(({ content }) => content)).toEqual(Array.from({ length: quiet }, (_, at) => `line ${at}`));
  const log = await readLog(flooding.id);
  // More than is kept was printed, so that the oldest lines are gone, as the settings say.
  expect(log.length).toBeGreaterThan(perSecond);
  expect(unexplainedGaps(log)).toEqual([]);
  expect(log.findLast(({ content }) => content.startsWith('line '))?.content).toBe(`line ${lines - 1}`);
  expect(most.agent - before.agent).toBeLessThan(200);
  expect(most.server - before.server).toBeLessThan(200);
  expect(visits).toMatchObject({ failures: [], bodies: ['fine'] });
});
