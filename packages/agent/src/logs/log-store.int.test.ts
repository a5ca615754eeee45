import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { LogTestBed } from './log-test-bed.ts';
import { createLogTestBed, joinedContents, seededRandom } from './log-test-bed.ts';

const LINES = 400_000;
const children = new Set<ChildProcess>();

/** A process that prints numbered lines as fast as it can, straight into a file as an instance does. */
const FLOOD = `
  const { openSync, writeSync } = require('node:fs');
  const [path, lines] = process.argv.slice(1);
  const file = openSync(path, 'a');
  for (let at = 0; at < Number(lines); at += 100) {
    let text = '';
    for (let line = at; line < at + 100; line += 1) text += 'request ' + line + ' served, é, in 12 ms\\n';
    writeSync(file, text);
  }
`;

/** A process that collects until it is killed. */
const COLLECT = `
  const [module, folder, stdoutPath] = process.argv.slice(1);
  const { createLogStore } = await import(module);
  const logger = { info() {}, warn() {} };
  const store = await createLogStore({ folder, logger, retention: { maxBytes: 64_000_000, maxAgeMs: 3_600_000 } });
  const labels = { deployment: 'd1' };
  store.collect({ key: 'web', instance: 'web-1', labels, stdoutPath, stderrPath: stdoutPath + '.none', onConsumed() {} });
  setInterval(() => {}, 1000);
`;

function start(script: string, args: string[]): ChildProcess {
  const argv = ['--input-type=commonjs', '--eval', script, '--', ...args];
  if (script === COLLECT) argv[0] = '--input-type=module';
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

async function collectAndKill(bed: LogTestBed, afterMs: number): Promise<void> {
  const module = fileURLToPath(new URL('./log-store.ts', import.meta.url));
  const collector = start(COLLECT, [module, bed.path('store'), bed.path('web-1.out')]);
  await delay(afterMs);
  collector.kill('SIGKILL');
  await once(collector, 'exit');
}

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

describe('a collector that is killed in the middle of a flood', () => {
  it('has stored each line once and in order when the next one is done', { timeout: 120_000 }, async () => {
    await using bed = await createLogTestBed({ retention: { maxBytes: 64_000_000, maxAgeMs: 3_600_000 } });
    const random = seededRandom(3);
    const flood = start(FLOOD, [bed.path('web-1.out'), String(LINES)]);
    const flooded = once(flood, 'exit');
    const stored: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      await collectAndKill(bed, 120 + random() * 250);
      await bed.open();
      const last = (await bed.store.read('web', { limit: 1 })).lines[0];
      stored.push(Number(/^request (\d+) /.exec(last?.content ?? '')?.[1] ?? -1));
      await bed.store.close();
    }
    await flooded;
    await bed.open();
    await bed.collect('web-1', { deployment: 'd1' }).drain();
    const contents = joinedContents(await bed.all({ limit: 10_000 }));
    expect(contents).toHaveLength(LINES);
    const wrong = contents.findIndex((content, at) => content !== `request ${at} served, é, in 12 ms`);
    expect(wrong).toBe(-1);
    // The kills fell into the work, not before or after it.
    expect(stored.some((line) => line > 0 && line < LINES - 1)).toBe(true);
  });
});

describe('a flood', () => {
  it('reaches many followers and a slow one whole, while memory stays flat', { timeout: 120_000 }, async () => {
    await using bed = await createLogTestBed({ retention: { maxBytes: 64_000_000, maxAgeMs: 3_600_000 } });
    const collector = bed.collect('web-1');
    const last = `request ${LINES - 1} `;
    const follow = async (pauseMs: number): Promise<number> => {
      const stop = new AbortController();
      let count = 0;
      for await (const lines of bed.store.follow('web', { after: '0'.repeat(16) }, stop.signal)) {
        count += lines.length;
        if (lines.some(({ content }) => content.startsWith(last))) stop.abort();
        if (pauseMs > 0) await delay(pauseMs);
      }
      return count;
    };
    const followers = [0, 0, 0, 0, 0, 1].map(follow);
    const before = process.memoryUsage().arrayBuffers;
    let peak = before;
    const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers)), 20);
    const flood = start(FLOOD, [bed.path('web-1.out'), String(LINES)]);
    await once(flood, 'exit');
    await collector.drain();
    const counts = await Promise.all(followers);
    clearInterval(sampler);
    expect(new Set(counts)).toEqual(new Set([LINES]));
    // All of it is 14 MB: it is never in memory at once, only the pool's buffers and what readers hold.
    expect(peak - before).toBeLessThan(64 * 1024 * 1024);
    expect(bed.consumed.at(-1)?.offset).toBeGreaterThan(LINES * 30);
  });
});
