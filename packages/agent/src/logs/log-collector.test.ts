import { rename, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import type { LogLine } from '../protocol/protocol.ts';
import type { LogTestBed } from './log-test-bed.ts';
import { createLogTestBed, joinedContents, seededRandom } from './log-test-bed.ts';

const contents = (lines: readonly LogLine[]): string[] => lines.map(({ content }) => content);

async function waitForContents(bed: LogTestBed, expected: string[]): Promise<void> {
  await vi.waitFor(async () => expect(contents(await bed.all())).toEqual(expected), { timeout: 9000, interval: 50 });
}

describe('a collector', () => {
  it('stores what an instance prints, with stream, instance and labels', async () => {
    await using bed = await createLogTestBed();
    bed.collect('web-1', { deployment: 'd1' });
    await bed.write('web-1.out', 'listening\n');
    await waitForContents(bed, ['listening']);
    await bed.write('web-1.err', 'warning\r\n');
    await waitForContents(bed, ['listening', 'warning']);
    expect(await bed.all()).toMatchObject([
      { instance: 'web-1', labels: { deployment: 'd1' }, stream: 'stdout' },
      { instance: 'web-1', labels: { deployment: 'd1' }, stream: 'stderr' },
    ]);
  });

  it('stores everything written so far when it is drained, and says what is consumed', async () => {
    await using bed = await createLogTestBed();
    await bed.write('web-1.out', 'one\ntwo\nhalf');
    const collector = bed.collect('web-1');
    await collector.drain();
    expect(await bed.all()).toMatchObject([{ content: 'one' }, { content: 'two' }, { content: 'half', partial: true }]);
    expect(bed.consumed).toEqual([{ stream: 'stdout', offset: 12 }]);
    await collector.stop();
    await expect(collector.drain()).rejects.toThrow('stopped');
  });

  it('leaves lines whole when it is drained far behind', async () => {
    await using bed = await createLogTestBed();
    const lines = Array.from(
      { length: 40_000 },
      (_, at) => `request ${at} was served, and that is all there is to say`,
    );
    await bed.write('web-1.out', `${lines.join('\n')}\n`);
    await bed.collect('web-1').drain();
    expect(contents(await bed.all({ limit: 10_000 }))).toEqual(lines);
  });

  it('shows an unfinished line after a second, and its rest as the next record', async () => {
    await using bed = await createLogTestBed();
    bed.collect('web-1');
    await bed.write('web-1.out', 'Continue? [y/N] ');
    await waitForContents(bed, ['Continue? [y/N] ']);
    await bed.write('web-1.out', 'y\nbye\n');
    await waitForContents(bed, ['Continue? [y/N] ', 'y', 'bye']);
    expect((await bed.all()).map(({ partial }) => partial)).toEqual([true, undefined, undefined]);
  });

  it('goes on where an earlier one stopped, even within a line', async () => {
    await using bed = await createLogTestBed();
    await bed.write('web-1.out', 'one\nhalf');
    await bed.collect('web-1').drain();
    await bed.open();
    await bed.write('web-1.out', '\ntwo\n');
    await bed.collect('web-1').drain();
    await bed.open();
    await bed.collect('web-1').drain();
    expect(contents(await bed.all())).toEqual(['one', 'half', 'two']);
  });

  it('remembers its place over any number of segments', async () => {
    await using bed = await createLogTestBed({ retention: { maxBytes: 65_536, maxAgeMs: 3_600_000 } });
    await bed.write('quiet.out', 'said once\n');
    const quiet = bed.collect('quiet');
    await quiet.drain();
    await quiet.stop();
    for (let at = 0; at < 100; at += 1)
      await bed.store.append('web', { instance: 'web-1', labels: {}, content: 'x'.repeat(2000) });
    expect(await bed.all({ instance: 'quiet' })).toEqual([]);
    await bed.open();
    await bed.write('quiet.out', 'said later\n');
    await bed.collect('quiet').drain();
    expect(contents(await bed.all({ instance: 'quiet' }))).toEqual(['said later']);
  });

  it('reads a file anew that took the place of another, after the end of the former', async () => {
    await using bed = await createLogTestBed();
    const collector = bed.collect('web-1');
    await bed.write('web-1.out', 'old one, and a long one\n');
    await collector.drain();
    await bed.write('web-1.out', 'old end');
    await bed.write('next', 'new\n');
    await rename(bed.path('next'), bed.path('web-1.out'));
    await waitForContents(bed, ['old one, and a long one', 'old end', 'new']);
    await collector.stop();
    await writeFile(bed.path('next'), 'while nobody looked, longer than what was there before\n');
    await rename(bed.path('next'), bed.path('web-1.out'));
    await bed.collect('web-1').drain();
    expect(contents(await bed.all()).at(-1)).toBe('while nobody looked, longer than what was there before');
  });

  it('shows a file that was cut short as a gap', async () => {
    await using bed = await createLogTestBed();
    const collector = bed.collect('web-1');
    await bed.write('web-1.out', 'before\n');
    await collector.drain();
    await truncate(bed.path('web-1.out'), 0);
    await bed.write('web-1.out', 'a\n');
    await waitForContents(bed, ['before', 'stdout: output file was cut short: at least 0 bytes dropped', 'a']);
    expect((await bed.all())[1]).toMatchObject({ stream: 'system', instance: 'web-1' });
  });

  it('shows a hole that it never read as a gap', async () => {
    await using bed = await createLogTestBed();
    await writeFile(bed.path('web-1.out'), '');
    await truncate(bed.path('web-1.out'), 3 * 1024 * 1024);
    await bed.write('web-1.out', 'after\n');
    await bed.collect('web-1').drain();
    expect(contents(await bed.all())).toEqual([
      `stdout: ${3 * 1024 * 1024} bytes dropped: only zeros are left of them`,
      'after',
    ]);
  });

  it('takes no harm from escape sequences, binary garbage and a line of 10 MB', async () => {
    await using bed = await createLogTestBed();
    const random = seededRandom(7);
    const garbage = Buffer.from(Array.from({ length: 300_000 }, () => Math.floor(random() * 256)));
    const long = Buffer.alloc(10_000_000, 'long ');
    const parts = [
      Buffer.from('\u001b[2J\u001b]0;owned\u0007\n'),
      garbage,
      Buffer.from('\n'),
      long,
      Buffer.from('\nend\n'),
    ];
    await bed.write('web-1.out', Buffer.concat(parts));
    await bed.collect('web-1').drain();
    const lines = await bed.all();
    expect(Math.max(...lines.map(({ content }) => content.length))).toBeLessThanOrEqual(65_536);
    const joined = joinedContents(lines);
    expect(joined[0]).toBe('\u001b[2J\u001b]0;owned\u0007');
    expect(joined.at(-2)).toBe(long.toString());
    expect(joined.at(-1)).toBe('end');
    const expected = garbage.toString('utf8').replaceAll('\0', '').split('\n');
    expect(joined.slice(1, -2)).toEqual(expected.map((line) => line.replace(/\r$/, '')));
    expect(lines.some(({ content }) => content.includes('\0'))).toBe(false);
  });

  it('stores each line once and in order, however the writes and restarts fall', async () => {
    await using bed = await createLogTestBed({ retention: { maxBytes: 8_000_000, maxAgeMs: 3_600_000 } });
    const random = seededRandom(42);
    const expected: string[] = [];
    let collector = bed.collect('web-1');
    for (let round = 0; round < 120; round += 1) {
      const lines = Array.from(
        { length: Math.floor(random() * 30) },
        (_, at) => `${round}/${at} ${'é'.repeat(random() * 90)}`,
      );
      expected.push(...lines);
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      let cut = Math.floor(random() * bytes.length);
      // A drain takes what is there, be it half a character; nobody asks for one while a process writes.
      while (((bytes[cut] ?? 0) & 0xc0) === 0x80) cut -= 1;
      await bed.write('web-1.out', bytes.subarray(0, cut));
      if (random() < 0.3) await collector.drain();
      if (random() < 0.2) {
        await bed.open();
        collector = bed.collect('web-1');
      }
      await bed.write('web-1.out', bytes.subarray(cut));
      if (random() < 0.3) await collector.drain();
    }
    await collector.drain();
    expect(joinedContents(await bed.all()).filter((content) => content !== '')).toEqual(expected);
  });

  it('waits with a full store until there is room again, without losing a line', async () => {
    await using bed = await createLogTestBed();
    await writeFile(bed.path('store/web'), 'a file where the folder should be');
    const collector = bed.collect('web-1');
    await bed.write('web-1.out', 'patient\n');
    await vi.waitFor(() => expect(bed.warnings.length).toBeGreaterThan(0), { timeout: 9000 });
    await rename(bed.path('store/web'), bed.path('moved'));
    await collector.drain();
    expect(contents(await bed.all())).toEqual(['patient']);
  });
});
