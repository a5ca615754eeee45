import { appendFile, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LogTestBed } from './log-test-bed.ts';
import { createLogTestBed } from './log-test-bed.ts';

const contentsOf = async (bed: LogTestBed): Promise<string[]> => (await bed.all()).map(({ content }) => content);
const append = (bed: LogTestBed, content: string): Promise<void> =>
  bed.store.append('web', { instance: 'web-1', labels: {}, content });

async function files(bed: LogTestBed, extension: string): Promise<string[]> {
  const names = (await readdir(bed.path('store/web'))).filter((name) => name.endsWith(extension));
  return names.sort().map((name) => join(bed.path('store/web'), name));
}

async function overwrite(path: string, offset: number, bytes: Buffer): Promise<void> {
  await using file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, offset);
}

describe('a log that a crash cut', () => {
  it('at any byte loses nothing: what is missing in the store is read again from the output', async () => {
    await using bed = await createLogTestBed();
    const expected = ['one', 'two', 'three', 'four'];
    const sizes: number[] = [];
    let collector = bed.collect('web-1');
    for (const line of expected) {
      await bed.write('web-1.out', `${line}\n`);
      await collector.drain();
      sizes.push((await stat((await files(bed, '.log'))[0] ?? '')).size);
    }
    const start = sizes[1] ?? 0;
    for (let size = sizes.at(-1) ?? 0; size >= start; size -= 1) {
      await bed.store.close();
      await truncate((await files(bed, '.log'))[0] ?? '', size);
      await bed.open();
      const kept = await contentsOf(bed);
      expect(expected.slice(0, kept.length)).toEqual(kept);
      collector = bed.collect('web-1');
      await collector.drain();
      expect(await contentsOf(bed)).toEqual(expected);
    }
  });

  it('drops a last record that is torn or was never written', async () => {
    await using bed = await createLogTestBed();
    await append(bed, 'kept');
    const [path = ''] = await files(bed, '.log');
    const { size } = await stat(path);
    await append(bed, 'torn '.repeat(20));
    await bed.store.close();
    await overwrite(path, size + 60, Buffer.alloc(10));
    await bed.open();
    expect(await contentsOf(bed)).toEqual(['kept']);
    await bed.store.close();
    await appendFile(path, Buffer.alloc(5000));
    await bed.open();
    await append(bed, 'next');
    expect(await contentsOf(bed)).toEqual(['kept', 'next']);
  });

  it('between two segments goes on with the former one', async () => {
    await using bed = await createLogTestBed();
    await append(bed, 'kept');
    const cursor = Number((await bed.all())[0]?.cursor);
    await bed.store.close();
    await writeFile(join(bed.path('store/web'), `${String(cursor + 1).padStart(16, '0')}.log`), 'DVLG');
    await writeFile(join(bed.path('store/web'), `${String(cursor + 2).padStart(16, '0')}.log.new`), 'DVLG');
    await bed.open();
    await append(bed, 'next');
    expect(await contentsOf(bed)).toEqual(['kept', 'next']);
    expect(await files(bed, '')).toHaveLength(1);
  });

  it('while it was being removed is gone', async () => {
    await using bed = await createLogTestBed();
    await writeFile(bed.path('store/.removed-1-1-web'), 'half removed');
    await bed.open();
    expect(await readdir(bed.path('store'))).toEqual([]);
  });
});

describe('a log with damage', () => {
  async function damaged(): Promise<LogTestBed> {
    const bed = await createLogTestBed({ retention: { maxBytes: 4_000_000, maxAgeMs: 3_600_000 } });
    for (let at = 0; at < 40; at += 1) await append(bed, `${at} ${'x'.repeat(30_000)}`);
    return bed;
  }

  it('shows the lines around it, and how many are missing', async () => {
    await using bed = await damaged();
    const [path = ''] = await files(bed, '.log');
    const before = await bed.all();
    const bytes = await readFile(path);
    let header = -1;
    for (let block = 0; block < 4; block += 1) header = bytes.indexOf('DVLB', header + 1);
    await overwrite(path, header, Buffer.alloc(48));
    const after = await bed.all();
    const at = after.findIndex(({ stream, content }) => stream === 'system' && content.includes('damaged'));
    expect(after[at]?.content).toMatch(/^\d+ lines of this log are damaged/);
    const missing = Number.parseInt(after[at]?.content ?? '', 10);
    expect(after).toHaveLength(before.length - missing + 1);
    expect(after.at(-1)).toEqual(before.at(-1));
    expect(after[at]?.cursor).toBe(before[at + missing - 1]?.cursor);
    const backward = await bed.store.read('web', { before: after[at]?.cursor ?? '' });
    expect(backward.lines).toEqual(before.slice(0, at));
  });

  it('makes an index that is missing or not its own anew', async () => {
    await using bed = await damaged();
    const before = await bed.all();
    const [first = '', second = ''] = await files(bed, '.idx');
    await bed.store.close();
    await rm(first);
    await writeFile(second, '{"version":1,"bytes":1}');
    await bed.open();
    expect(await bed.all()).toEqual(before);
    expect(await files(bed, '.idx')).toContain(first);
  });

  it('goes on where a segment was taken away by hand', async () => {
    await using bed = await damaged();
    const before = await bed.all();
    const [, second = ''] = await files(bed, '.log');
    await bed.open();
    await bed.store.read('web', { limit: 1 });
    await rm(second);
    for (const notice of ['the lines before this one are no longer kept', '16 lines of this log are damaged']) {
      const after = await bed.all();
      expect(after.map(({ content }) => content)[16]).toContain(notice);
      expect(after.toSpliced(16, 1)).toEqual(before.toSpliced(16, 16));
      await bed.open();
    }
  });
});
