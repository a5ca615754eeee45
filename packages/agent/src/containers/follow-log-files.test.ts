import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { followLogFiles, type LogPart } from './follow-log-files.ts';
import type { LogMark } from './log-place.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-log-files-'));
  path = join(folder, 'container-json.log');
});
afterEach(() => rm(folder, { recursive: true }));

const record = (log: string) => `${JSON.stringify({ log, stream: 'stdout', time: '2026-11-22T00:00:00.1Z' })}\n`;
const print = (...texts: string[]) => appendFile(path, texts.map(record).join(''));

/** As the engine does it with `max-file=3`. */
async function rotate(): Promise<void> {
  await rename(`${path}.1`, `${path}.2`).catch(() => undefined);
  await rename(path, `${path}.1`);
  await writeFile(path, '');
}

const textOf = ({ frames }: LogPart) => frames.map(({ content }) => content.toString());

async function readAll(from?: LogMark) {
  const parts: LogPart[] = [];
  const { signal } = new AbortController();
  for await (const part of followLogFiles({ path, from, follow: false, signal })) parts.push(part);
  return { texts: parts.flatMap(textOf), gaps: parts.filter(({ isAfterGap }) => isAfterGap).length, parts };
}

describe('a log in files', () => {
  test('is read from its oldest file on, whole records only', async () => {
    await print('a', 'b');
    await rotate();
    await print('c');
    await rotate();
    await print('d');
    await appendFile(path, record('e').slice(0, 20));
    expect(await readAll()).toMatchObject({ texts: ['a', 'b', 'c', 'd'], gaps: 0 });
    await appendFile(path, record('e').slice(20));
    expect((await readAll()).texts).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('goes on where reading stood, whatever the file is called by now', async () => {
    await print('a', 'b');
    const { mark } = (await readAll()).parts.at(-1) as LogPart;
    await print('c');
    await rotate();
    await print('d');
    const { texts, parts } = await readAll(mark);
    expect(texts).toEqual(['c', 'd']);
    expect(parts.every(({ isResumed }) => isResumed)).toBe(true);
  });

  test('is read from its oldest file on where the place is gone, which it says', async () => {
    await print('a');
    const { mark } = (await readAll()).parts.at(-1) as LogPart;
    for (const text of ['b', 'c', 'd']) {
      await rotate();
      await print(text);
    }
    const { texts, parts } = await readAll(mark);
    expect(texts).toEqual(['b', 'c', 'd']);
    expect(parts.some(({ isResumed }) => isResumed)).toBe(false);
  });

  test('a record that is half written at the end of a full disk is a gap', async () => {
    await print('a');
    await appendFile(path, `${record('b').slice(0, 20)}\n`);
    await print('c');
    expect(await readAll()).toMatchObject({ texts: ['a', 'c'], gaps: 1 });
  });
});

describe('a log in files that is followed', () => {
  /** Reads part by part, when it is asked to. */
  async function follow() {
    const stop = new AbortController();
    const parts = followLogFiles({ path, from: undefined, follow: true, signal: stop.signal });
    const next = async () => (await parts.next()).value as LogPart;
    return { next, end: async () => (stop.abort(), await parts.return(undefined)) };
  }

  test('loses nothing of files that the engine removes while something else is read', async () => {
    await print('0');
    const { next, end } = await follow();
    const read = textOf(await next());
    // Two exchanges between two looks: the file that is read is called `.2` then.
    for (let at = 1; at < 20; at += 2) {
      for (const text of [String(at), String(at + 1)]) {
        await print(`${text} in the old one`);
        await rotate();
        await print(text);
      }
      while (read.at(-1) !== String(at + 1)) read.push(...textOf(await next()));
    }
    await end();
    expect(read.filter((text) => !text.includes('old'))).toEqual(Array.from({ length: 21 }, (_, at) => String(at)));
    expect(read.filter((text) => text.includes('old'))).toHaveLength(20);
  });

  test('says where files came and went between two looks', async () => {
    await print('a');
    const { next, end } = await follow();
    expect(textOf(await next())).toEqual(['a']);
    await print('b');
    for (const text of ['c', 'd', 'e', 'f', 'g']) {
      await rotate();
      await print(text);
    }
    const parts = [await next(), await next(), await next(), await next()];
    await end();
    expect(parts.map((part) => [part.isAfterGap, ...textOf(part)])).toEqual([
      [false, 'b'],
      [true, 'e'],
      [false, 'f'],
      [false, 'g'],
    ]);
  });

  test('hears of what is printed while it waits', async () => {
    await print('a');
    const { next, end } = await follow();
    expect(textOf(await next())).toEqual(['a']);
    const waiting = next();
    await print('b');
    expect(textOf(await waiting)).toEqual(['b']);
    await end();
  });
});
