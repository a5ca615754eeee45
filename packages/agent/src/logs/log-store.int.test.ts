import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LogTestBed } from './log-test-bed.ts';
import { createLogTestBed, joinedContents, seededRandom } from './log-test-bed.ts';

const execFileAsync = promisify(execFile);
const RETENTION = { maxBytes: 1e9, maxAgeMs: 3_600_000 };
const FLOOD_MEGABYTES = 256;
const children = new Set<ChildProcess>();

/**
 * A process that prints numbered lines straight into a file as an instance does, at most 100,000 a second, until it has
 * printed enough or a file says that it is enough.
 */
const FLOOD = `
  const { existsSync, openSync, writeSync } = require('node:fs');
  const [path, lines] = process.argv.slice(1);
  const file = openSync(path, 'a');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let at = 0; at < Number(lines) && !existsSync(path + '.enough'); at += 1000) {
    let text = '';
    for (let line = at; line < at + 1000; line += 1) text += 'request ' + line + ' served, é, in 12 ms\\n';
    writeSync(file, text);
    Atomics.wait(clock, 0, 0, 10);
  }
`;
const floodLine = (at: number): string => `request ${at} served, é, in 12 ms`;

/** A process that collects until it is killed. */
const COLLECT = `
  const [module, folder, stdoutPath] = process.argv.slice(1);
  const { createLogStore } = await import(module);
  const logger = { warn() {} };
  const store = await createLogStore({ folder, logger, retention: { maxBytes: 1e9, maxAgeMs: 3_600_000 } });
  const labels = { deployment: 'd1' };
  store.collect({ key: 'web', instance: 'web-1', labels, stdoutPath, stderrPath: stdoutPath + '.none', onConsumed() {} });
  process.stdout.write('collecting');
  setInterval(() => {}, 1000);
`;

function start(script: string, args: string[]): ChildProcess {
  const argv = ['--input-type=commonjs', '--eval', script, '--', ...args];
  if (script === COLLECT) argv[0] = '--input-type=module';
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

async function collectAndKill(bed: LogTestBed, afterMs: number): Promise<void> {
  const module = fileURLToPath(new URL('./log-store.ts', import.meta.url));
  const collector = start(COLLECT, [module, bed.path('store'), bed.path('web-1.out')]);
  await once(collector.stdout as Readable, 'data');
  await delay(afterMs);
  collector.kill('SIGKILL');
  await once(collector, 'exit');
}

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

describe('a collector that is killed in the middle of a flood', () => {
  it('has stored each line once and in order when the next one is done', { timeout: 120_000 }, async () => {
    await using bed = await createLogTestBed({ retention: RETENTION });
    const random = seededRandom(3);
    const flooded = once(start(FLOOD, [bed.path('web-1.out'), String(10_000_000)]), 'exit');
    const lastLines: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      await collectAndKill(bed, random() * 250);
      await bed.open();
      lastLines.push((await bed.store.read('web', { limit: 1 })).lines[0]?.content ?? '');
      await bed.store.close();
    }
    await bed.write('web-1.out.enough', '');
    await flooded;
    await bed.open();
    await bed.collect('web-1', { deployment: 'd1' }).drain();

    const expected = (await readFile(bed.path('web-1.out'), 'utf8')).split('\n').length - 1;
    const stored = joinedContents(await bed.all({ limit: 10_000 }));
    expect(stored.findIndex((content, at) => content !== floodLine(at))).toBe(-1);
    expect(stored).toHaveLength(expected);
    // The kills fell into the work, not all before or after it.
    expect(new Set(lastLines).size).toBeGreaterThan(3);
  });
});

describe('a flood', () => {
  it('reaches many followers and a slow one whole, while memory stays flat', { timeout: 120_000 }, async () => {
    await using bed = await createLogTestBed({ retention: RETENTION });
    const megabyte = Buffer.from(`${'x'.repeat(1023)}\n`.repeat(1024));
    for (let at = 0; at < FLOOD_MEGABYTES; at += 1) await bed.write('web-1.out', megabyte);
    await bed.write('web-1.out', 'the end\n');

    const before = process.memoryUsage().arrayBuffers;
    let peak = before;
    const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers)), 5);
    const collector = bed.collect('web-1');
    const follow = async (pauseMs: number): Promise<number> => {
      const stop = new AbortController();
      let count = 0;
      for await (const lines of bed.store.follow('web', { after: '0'.repeat(16) }, stop.signal)) {
        count += lines.length;
        if (lines.at(-1)?.content === 'the end') stop.abort();
        if (pauseMs > 0) await delay(pauseMs);
      }
      return count;
    };
    const followers = [0, 0, 0, 0, 0, 1].map(follow);
    await collector.drain();
    const counts = await Promise.all(followers);
    clearInterval(sampler);
    expect(new Set(counts)).toEqual(new Set([FLOOD_MEGABYTES * 1024 + 1]));
    // Far less than what went through: the pool's buffers, one chunk a follower, and what was not collected yet.
    expect(peak - before).toBeLessThan((FLOOD_MEGABYTES * 1024 * 1024) / 3);
    expect(bed.consumed.at(-1)?.offset).toBe(FLOOD_MEGABYTES * 1024 * 1024 + 'the end\n'.length);
  });
});

describe('a disk that is full', () => {
  it('makes lines wait in their file; each is stored once when there is room again', async ({ skip }) => {
    await using bed = await createLogTestBed({ retention: RETENTION });
    await mkdir(bed.path('store/web'));
    const mount = ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', bed.path('store/web')];
    const isMounted = await execFileAsync('mount', mount).then(
      () => true,
      () => false,
    );
    if (!isMounted) skip('only a user who may mount can make a small disk');
    try {
      const lines = Array.from({ length: 30_000 }, (_, at) => `${at} ${'x'.repeat(90)}`);
      await bed.write('web-1.out', `${lines.join('\n')}\n`);
      const drained = bed.collect('web-1').drain();
      await vi.waitFor(() => expect(bed.warnings.length).toBeGreaterThan(0), { timeout: 20_000 });
      const stored = await bed.all({ limit: 10_000 });
      expect(stored.map(({ content }) => content)).toEqual(lines.slice(0, stored.length));
      await expect(
        bed.store.append('web', { instance: 'web-1', labels: {}, content: 'y'.repeat(3_000_000) }),
      ).rejects.toThrow('ENOSPC');
      await execFileAsync('mount', ['-o', 'remount,size=20m', bed.path('store/web')]);
      await drained;
      const all = (await bed.all({ limit: 10_000 })).filter(({ stream }) => stream === 'stdout');
      expect(all.map(({ content }) => content)).toEqual(lines);
      await bed.store.close();
    } finally {
      await execFileAsync('umount', ['--lazy', bed.path('store/web')]);
    }
  });
});
