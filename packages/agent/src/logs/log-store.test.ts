import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '../protocol/protocol.ts';
import { InvalidLogCursorError } from './log-cursor.ts';
import type { LogTestBed } from './log-test-bed.ts';
import { createLogTestBed } from './log-test-bed.ts';

const T0 = Date.parse('2026-11-21T10:00:00Z');
const SMALL = { maxBytes: 65_536, maxAgeMs: 3_600_000 };
const contents = (lines: readonly LogLine[]): string[] => lines.map(({ content }) => content);
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}`);

async function append(bed: LogTestBed, content: string, instance = 'web-1', labels = {}): Promise<void> {
  await bed.store.append('web', { instance, labels, content });
}

describe('pages of a log', () => {
  it('are empty for a key that nothing was stored for, and asking makes nothing', async () => {
    await using bed = await createLogTestBed();
    expect(await bed.store.read('web', {})).toEqual({ lines: [], previousCursor: null, nextCursor: '0'.repeat(16) });
    expect(await readdir(bed.path('store'))).toEqual([]);
  });

  it('show the newest lines first, each page oldest line first, and go back to the oldest one', async () => {
    await using bed = await createLogTestBed();
    await append(bed, numbered(0, 25).join('\n'));
    const newest = await bed.store.read('web', { limit: 10 });
    expect(contents(newest.lines)).toEqual(numbered(15, 25));
    const middle = await bed.store.read('web', { limit: 10, before: newest.previousCursor ?? '' });
    expect(contents(middle.lines)).toEqual(numbered(5, 15));
    const oldest = await bed.store.read('web', { limit: 10, before: middle.previousCursor ?? '' });
    expect(contents(oldest.lines)).toEqual(numbered(0, 5));
    expect(oldest.previousCursor).toBeNull();
    const onward = await bed.store.read('web', { limit: 20, after: oldest.nextCursor ?? '' });
    expect(contents(onward.lines)).toEqual(numbered(5, 25));
  });

  it('have cursors that sort as text and stay the same over a restart and a new segment', async () => {
    await using bed = await createLogTestBed({ retention: { maxBytes: 1_000_000, maxAgeMs: 3_600_000 } });
    for (let at = 0; at < 40; at += 1) await append(bed, `${at} ${'x'.repeat(10_000)}`);
    const before = await bed.all();
    expect((await readdir(bed.path('store/web'))).filter((name) => name.endsWith('.log')).length).toBeGreaterThan(2);
    expect(before.map(({ cursor }) => cursor)).toEqual(before.map(({ cursor }) => cursor).sort());
    await bed.open();
    expect(await bed.all()).toEqual(before);
    const middle = before[20]?.cursor ?? '';
    expect(contents((await bed.store.read('web', { after: middle })).lines)).toEqual(contents(before.slice(21)));
    expect(contents((await bed.store.read('web', { before: middle })).lines)).toEqual(contents(before.slice(0, 20)));
  });

  it('refuse a cursor that is none, and a key that is no file name', async () => {
    await using bed = await createLogTestBed();
    await append(bed, 'x');
    await expect(bed.store.read('web', { after: '../x' })).rejects.toThrow(InvalidLogCursorError);
    await expect(bed.store.read('../web', {})).rejects.toThrow('letters, digits');
  });

  it('hold only what is asked for: an instance, labels, a stream, a time', async () => {
    await using bed = await createLogTestBed();
    for (let minute = 0; minute < 60; minute += 1) {
      bed.now = T0 + minute * 60_000;
      await append(bed, `minute ${minute}`, minute % 2 === 0 ? 'web-1' : 'web-2', {
        deployment: `d${minute % 3}`,
        process: minute % 2 === 0 ? 'worker' : 'web',
      });
    }
    expect(contents((await bed.store.read('web', { instance: 'web-2', limit: 2 })).lines)).toEqual([
      'minute 57',
      'minute 59',
    ]);
    expect(contents(await bed.all({ label: 'deployment=d1' }))).toEqual(
      numbered(0, 60).flatMap((_, at) => (at % 3 === 1 ? [`minute ${at}`] : [])),
    );
    expect(await bed.all({ label: 'toString=x' })).toEqual([]);
    expect(contents(await bed.all({ label: 'deployment=d1,process=web' }))).toEqual(
      numbered(0, 60).flatMap((_, at) => (at % 6 === 1 ? [`minute ${at}`] : [])),
    );
    expect(await bed.all({ stream: 'stderr' })).toEqual([]);
    expect(await bed.all({ stream: 'system' })).toHaveLength(60);
    const since = new Date(T0 + 10 * 60_000).toISOString();
    const until = new Date(T0 + 12 * 60_000).toISOString();
    expect(contents(await bed.all({ since, until }))).toEqual(['minute 10', 'minute 11']);
    expect((await bed.store.read('web', { since, until })).lines[0]).toMatchObject({
      at: since,
      instance: 'web-1',
      labels: { deployment: 'd1', process: 'worker' },
      stream: 'system',
    });
  });

  it('find text without regard to case, over instances and segments', async () => {
    await using bed = await createLogTestBed({ retention: { maxBytes: 4_000_000, maxAgeMs: 3_600_000 } });
    for (let at = 0; at < 100; at += 1) {
      await append(bed, `${'x'.repeat(30_000)}\n${at % 10 === 0 ? `Fehler: ÄRGER ${at}` : 'fine'}`, `web-${at % 4}`);
    }
    const found = await bed.store.read('web', { search: 'ärger' });
    expect(contents(found.lines)).toEqual(numbered(0, 10).map((_, at) => `Fehler: ÄRGER ${at * 10}`));
    expect(contents(await bed.all({ search: 'ärger', instance: 'web-2' }))).toHaveLength(5);
    expect(await bed.all({ search: 'nowhere' })).toEqual([]);
  });

  it('end early when a search takes long, with a cursor to go on from', async () => {
    await using bed = await createLogTestBed({ searchMs: 0 });
    await append(bed, 'needle');
    for (let at = 0; at < 30; at += 1) await append(bed, 'x'.repeat(60_000));
    let cursor: string | null = null;
    let pages = 0;
    const lines: LogLine[] = [];
    do {
      const page: Awaited<ReturnType<LogTestBed['store']['read']>> = await bed.store.read('web', {
        search: 'needle',
        ...(cursor === null ? {} : { before: cursor }),
      });
      lines.push(...page.lines);
      cursor = page.previousCursor;
      pages += 1;
    } while (cursor !== null);
    expect(contents(lines)).toEqual(['needle']);
    expect(pages).toBeGreaterThan(3);
    expect(contents(await bed.all({ search: 'needle' }))).toEqual(['needle']);
  });
});

describe('retention', () => {
  it('removes the oldest segments when there is too much, and a reader is told', async () => {
    await using bed = await createLogTestBed({ retention: SMALL });
    await append(bed, 'the first line');
    const first = (await bed.all())[0]?.cursor ?? '';
    for (let at = 0; at < 200; at += 1) await append(bed, `${at} ${'x'.repeat(1000)}`);
    const lines = await bed.all();
    const bytes = lines.reduce((sum, { content }) => sum + content.length, 0);
    expect(bytes).toBeLessThan(SMALL.maxBytes);
    expect(bytes).toBeGreaterThan(SMALL.maxBytes / 2);
    expect(lines.at(-1)?.content).toMatch(/^199 /);
    const page = await bed.store.read('web', { after: first, limit: 1 });
    expect(page.lines[0]).toMatchObject({ stream: 'system', content: 'the lines before this one are no longer kept' });
    expect(page.lines[1]).toEqual(lines[0]);
    expect((await bed.store.read('web', { before: first })).previousCursor).toBeNull();
  });

  it('removes what is too old, also of a key that nobody uses', async () => {
    await using bed = await createLogTestBed({ retention: SMALL });
    for (let minute = 0; minute < 90; minute += 1) {
      bed.now = T0 + minute * 60_000;
      await append(bed, `minute ${minute}`);
      await bed.store.enforceRetention();
    }
    const kept = contents(await bed.all());
    expect(kept.at(-1)).toBe('minute 89');
    expect(kept[0]).toMatch(/^minute 2\d$/);
    await bed.open();
    bed.now = T0 + 86_400_000;
    await bed.store.enforceRetention();
    expect(await bed.all()).toEqual([]);
  });

  it('that is set for a key holds over a restart', async () => {
    await using bed = await createLogTestBed();
    await append(
      bed,
      numbered(0, 50)
        .map((line) => line.padEnd(5000, 'x'))
        .join('\n'),
    );
    await bed.store.setRetention('web', SMALL);
    await bed.open();
    for (let at = 0; at < 50; at += 1) await append(bed, 'x'.repeat(5000));
    expect((await bed.all()).length).toBeLessThan(14);
  });

  it('keeps cursors going up when all lines are gone', async () => {
    await using bed = await createLogTestBed({ retention: SMALL });
    bed.now = T0;
    await append(bed, 'old');
    const old = (await bed.all())[0]?.cursor ?? '';
    bed.now = T0 + 86_400_000;
    await bed.store.enforceRetention();
    await append(bed, 'new');
    const page = await bed.store.read('web', { after: old });
    expect(contents(page.lines)).toEqual(['new']);
  });
});

describe('a key that is removed', () => {
  it('is gone from the disk, ends its followers, and starts above its former cursors', async () => {
    await using bed = await createLogTestBed();
    await append(bed, 'old');
    const { nextCursor } = await bed.store.read('web', {});
    const follower = bed.store.follow('web', { after: nextCursor ?? '' }, new AbortController().signal);
    const batches = follower[Symbol.asyncIterator]();
    const first = batches.next();
    await append(bed, 'seen');
    expect(contents((await first).value as LogLine[])).toEqual(['seen']);
    const end = batches.next();
    await bed.store.remove('web');
    expect((await end).done).toBe(true);
    expect(await readdir(bed.path('store'))).toEqual([]);
    await bed.store.remove('web');
    await append(bed, 'new');
    expect(contents(await bed.all({}))).toEqual(['new']);
    expect(contents((await bed.store.read('web', { after: nextCursor ?? '' })).lines)).toContain('new');
    expect(await readdir(join(bed.path('store'), 'web'))).toHaveLength(1);
  });
});
