import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { type MemoryDisk, mountMemoryDisk } from '../support/memory-disk.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// The disk runs full that takes what services and builds print, with everything else that the agent keeps. What a program
// cannot write is lost to it: that it is, is said; nothing else ends for it, and afterwards all is as before.

const disk: MemoryDisk | undefined = await mountMemoryDisk(16);
await disk?.[Symbol.asyncDispose]();
const mayMount = disk !== undefined;

/** Prints a number every now and then, and tells how many of them the disk has refused. */
const server = (version: string) => `
import { createServer } from 'node:http';
import { writeSync } from 'node:fs';
let [printed, refused] = [0, 0];
setInterval(() => {
  try { writeSync(1, 'tick ' + ++printed + ' of ${version} ' + '.'.repeat(200) + '\\n'); } catch { refused++; }
}, 10);
createServer((request, response) => {
  response.end(request.url === '/printed' ? JSON.stringify({ printed, refused }) : '${version}');
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

/** A build that prints until it may end, and then ends well or not. Its disk is full for as long as 200 lines take. */
const printingBuild = `
import { existsSync, writeFileSync, writeSync } from 'node:fs';
let refused = 0;
const timer = setInterval(() => {
  try { writeSync(1, 'building ' + '.'.repeat(500) + '\\n'); } catch { if (++refused === 200) writeFileSync('refused', ''); }
  if (existsSync('go-build')) { clearInterval(timer); process.exitCode = existsSync('fail-build') ? 7 : 0; }
}, 10);
`;

interface Line {
  content: string;
  stream: string;
}

const tickOf = ({ content }: Line) => Number(/^tick (\d+) of v1 /.exec(content)?.[1] ?? 0);

/** A platform whose agent keeps everything on a disk of 48 MiB, and whose service prints. */
async function startOnSmallDisk() {
  const small = await mountMemoryDisk(48);
  if (small === undefined) throw new Error('no disk');
  const agentFolder = join(small.folder, 'agent');
  const filler = join(small.folder, 'filler');
  const drill = await startFaultDrill({
    async prepare({ DATA_DIR }) {
      await mkdir(agentFolder, { mode: 0o711 });
      await symlink(agentFolder, join(DATA_DIR, 'agent'));
    },
    settings: { healthCheck: { path: '/', intervalSeconds: 0.1, timeoutSeconds: 60 }, releaseCommand: null },
  });
  return {
    drill,
    agentFolder,
    /** Until not a byte more goes in. */
    async fill() {
      await using file = await open(filler, 'w');
      for (const size of [1024 * 1024, 4096]) {
        const block = Buffer.alloc(size);
        while (
          await file.write(block).then(
            () => true,
            () => false,
          )
        );
      }
    },
    makeRoom: () => rm(filler),
    async [Symbol.asyncDispose]() {
      await drill[Symbol.asyncDispose]();
      await small[Symbol.asyncDispose]();
    },
  };
}

async function printedBy({ service }: FaultDrill): Promise<{ printed: number; refused: number }> {
  return JSON.parse((await visit(service.url, '/printed')).body) as { printed: number; refused: number };
}

async function readLog({ api, service }: FaultDrill): Promise<Line[]> {
  return (await api.done<{ lines: Line[] }>('GET', `/v1/services/${service.id}/logs?limit=5000`)).lines;
}

test.skipIf(!mayMount)(
  'services go on; what they could not print is said, and what they print then is kept',
  async () => {
    await using place = await startOnSmallDisk();
    const { drill } = place;
    const { api } = drill;
    const printing = { 'server.js': server('v1') };
    const good = await api.settled((await drill.deploy('v1', [], printing)).id);
    expect(good).toMatchObject({ status: 'active' });
    await waitUntil('lines in the log', async () => (await readLog(drill)).some((line) => tickOf(line) > 20));
    const commands = await readdir(join(place.agentFolder, 'commands'));

    await place.fill();
    await waitUntil('lines to be refused', async () => (await printedBy(drill)).refused > 200);
    const failed = await api.settled((await drill.deploy('v2', [], { 'server.js': server('v2') })).id);
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'AGENT_DISK_FULL' });
    expect(failed.reason).toContain('The disk of this machine is full');
    const { printed } = await printedBy(drill);
    await place.makeRoom();

    await waitUntil('the gap to be told', async () =>
      (await readLog(drill)).some(({ content }) =>
        content.includes('lines that were printed meanwhile may be missing'),
      ),
    );
    await waitUntil('later lines', async () => (await readLog(drill)).some((line) => tickOf(line) > printed + 20));
    const lines = await readLog(drill);
    const told = lines.filter(({ stream }) => stream === 'system');
    expect(told).toHaveLength(1);
    expect(told[0]?.content).toMatch(/^The disk that output goes to was full from 2\S+Z to 2\S+Z: /);
    // One gap, and nothing twice.
    const ticks = lines.map(tickOf).filter((tick) => tick > 0);
    const jumps = ticks.slice(1).filter((tick, at) => tick !== (ticks[at] ?? 0) + 1);
    expect(jumps).toHaveLength(1);
    expect(jumps[0]).toBeGreaterThan(printed - 100);

    expect(await readdir(join(place.agentFolder, 'commands'))).toEqual(commands);
    const next = await api.settled((await drill.deploy('v2', [], { 'server.js': server('v2') })).id);
    expect(next).toMatchObject({ status: 'active' });
    await expectOneTruth(drill, 'v2');
    expectNoVisitLost(drill);
  },
);

test.skipIf(!mayMount)('a build that prints meanwhile fails for it, or says that lines of it are missing', async () => {
  await using place = await startOnSmallDisk();
  const { drill } = place;
  const { api } = drill;
  await api.done('PATCH', `/v1/services/${drill.service.id}`, {
    settings: { build: { buildCommand: 'node print.js' } },
  });
  const deployPrinting = async (version: string) => {
    const deployment = await drill.deploy(version, ['build'], { 'print.js': printingBuild });
    await waitUntil('the build to print', async () =>
      (await api.outputOf(deployment.runId)).some((line) => line.startsWith('building')),
    );
    await place.fill();
    await waitUntil('lines to be refused', () => existsSync(join(drill.folderOf(deployment), 'refused')));
    return deployment;
  };

  const first = await deployPrinting('v2');
  await drill.letGo(first, 'build', 'fail');
  const failed = await api.settled(first.id);
  expect(failed).toMatchObject({ status: 'failed', errorCode: 'BUILD_DISK_FULL' });
  expect(failed.reason).toMatch(/exit code 7\. The disk that its output goes to was full meanwhile/);
  await place.makeRoom();
  await expectOneTruth(drill, 'v1');

  const second = await deployPrinting('v2');
  await place.makeRoom();
  await drill.letGo(second, 'build');
  expect(await api.settled(second.id)).toMatchObject({ status: 'active' });
  expect((await api.outputOf(second.runId)).join('\n')).toMatch(
    /^Warning: It ended with exit code 0\. The disk that its output goes to was full meanwhile: lines may be missing\.$/m,
  );
  await expectOneTruth(drill, 'v2');
  expectNoVisitLost(drill);
});
