import { describe, expect, it } from 'vitest';
import type { LogLine, LogQuery } from '../protocol/protocol.ts';
import type { LogTestBed } from './log-test-bed.ts';
import { createLogTestBed } from './log-test-bed.ts';

const END = 'the end';

/** Follows until the last line of a test is there. */
async function follow(
  bed: LogTestBed,
  query: LogQuery,
  pause: () => Promise<void> = async () => {},
): Promise<LogLine[]> {
  const stop = new AbortController();
  const lines: LogLine[] = [];
  for await (const batch of bed.store.follow('web', query, stop.signal)) {
    lines.push(...batch);
    if (batch.some(({ content }) => content.endsWith(END))) stop.abort();
    await pause();
  }
  return lines;
}

const append = (bed: LogTestBed, content: string, instance = 'web-1'): Promise<void> =>
  bed.store.append('web', { instance, labels: {}, content });

describe('followers', () => {
  it('get each line once, in order, after the page they read', async () => {
    await using bed = await createLogTestBed();
    const pages: Promise<LogLine[]>[] = [];
    for (let at = 0; at < 200; at += 1) {
      await append(bed, `${at}`);
      if (at % 20 === 0) {
        const page = await bed.store.read('web', {});
        pages.push(follow(bed, { after: page.nextCursor ?? '' }).then((lines) => [...page.lines, ...lines]));
      }
    }
    await append(bed, END);
    const all = await bed.all();
    expect(all).toHaveLength(201);
    for (const lines of await Promise.all(pages)) expect(lines).toEqual(all);
  });

  it('start from the first line with the cursor of an empty page', async () => {
    await using bed = await createLogTestBed();
    const { nextCursor } = await bed.store.read('web', {});
    const followed = follow(bed, { after: nextCursor ?? '' });
    await append(bed, 'first');
    await append(bed, END);
    expect((await followed).map(({ content }) => content)).toEqual(['first', END]);
  });

  it('get only what they asked for', async () => {
    await using bed = await createLogTestBed();
    const after = '0'.repeat(16);
    const followed = [follow(bed, { after, instance: 'web-2' }), follow(bed, { after, search: 'THE' })];
    await append(bed, 'one', 'web-2');
    await append(bed, 'other', 'web-1');
    await append(bed, END, 'web-2');
    const [byInstance, byText] = await Promise.all(followed);
    expect(byInstance?.map(({ content }) => content)).toEqual(['one', END]);
    expect(byText?.map(({ content }) => content)).toEqual(['other', END]);
  });

  it('that are slow read from the disk what they missed, and are told what is no longer kept', async () => {
    await using bed = await createLogTestBed({ retention: { maxBytes: 65_536, maxAgeMs: 3_600_000 } });
    await append(bed, 'start');
    let goOn = (): void => {};
    const blocked = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow = follow(bed, { after: '0'.repeat(16) }, () => blocked);
    const quick = follow(bed, { after: '0'.repeat(16) });
    for (let at = 0; at < 300; at += 1) await append(bed, `${at} ${'x'.repeat(1000)}`);
    await append(bed, END);
    goOn();
    const lines = await slow;
    const gap = lines.findIndex(({ content }) => content.includes('no longer kept'));
    expect(gap).toBeGreaterThan(0);
    expect(lines.slice(gap + 1)).toEqual(await bed.all());
    expect((await quick).at(-1)?.content).toBe(END);
  });

  it('end when they are told to while nothing happens', async () => {
    await using bed = await createLogTestBed();
    const stop = new AbortController();
    const batches = bed.store.follow('web', {}, stop.signal)[Symbol.asyncIterator]();
    const next = batches.next();
    stop.abort();
    expect((await next).done).toBe(true);
  });
});
