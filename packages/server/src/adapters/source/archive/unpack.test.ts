import { randomBytes } from 'node:crypto';
import { lstat, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TarEntry, tar } from '../../../../test/support/tar.ts';
import type { AppError } from '../../../kernel/app-error.ts';
import { type ArchiveLimits, defaultArchiveLimits } from '../archives.ts';
import { inspectArchive, unpackArchive } from './unpack.ts';

/** In pieces of an odd size, as a network brings them. */
function stream(bytes: Buffer, pieceSize = 777): Readable {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceSize) pieces.push(bytes.subarray(at, at + pieceSize));
  return Readable.from(pieces);
}

let home: string;
let into: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'davit-unpack-'));
  into = join(home, 'source');
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function refusal(archive: Buffer, limits: ArchiveLimits = defaultArchiveLimits): Promise<AppError> {
  const inspected = await inspectArchive(stream(archive), { limits }).catch((thrown: unknown) => thrown as AppError);
  const unpacked = await unpackArchive(stream(archive), into, { limits }).catch(
    (thrown: unknown) => thrown as AppError,
  );
  if (!('code' in inspected) || !('code' in unpacked)) throw new Error('was accepted');
  expect(inspected.code).toBe(unpacked.code);
  expect(await readdir(home), 'something half-made was left').toEqual([]);
  return unpacked;
}

const link = (name: string, linkname: string): TarEntry => ({ name, linkname, type: 'symlink' });
const folder = (name: string): TarEntry => ({ name, type: 'directory' });

describe('an archive', () => {
  const entries: TarEntry[] = [
    folder('./'),
    folder('./bin/'),
    { name: './bin/run', content: '#!/bin/sh\n', mode: 0o4711, mtime: new Date(1_700_000_000_000) },
    { name: 'deep/in/a/tree.txt', content: 'ü', mode: 0o600 },
    { name: `long/${'n'.repeat(200)}/${'m'.repeat(200)}`, content: 'long' },
    { name: 'empty' },
    { name: 'large', content: randomBytes(700_000) },
    link('inside', 'deep/in/a/tree.txt'),
    link('deep/in/up', '../../bin'),
    link('dangling', 'made/by/the/build'),
  ];

  it.each([
    ['plain', (bytes: Buffer) => bytes],
    ['compressed with gzip', (bytes: Buffer) => gzipSync(bytes)],
    ['compressed with zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
  ])('%s is unpacked whole', async (_name, compress) => {
    const archive = compress(await tar(...entries));
    const summary = await unpackArchive(stream(archive), into);
    expect(summary).toEqual(await inspectArchive(stream(archive)));
    expect(summary.files).toBe(8);
    expect(await readFile(join(into, 'deep/in/a/tree.txt'), 'utf8')).toBe('ü');
    expect(await readFile(join(into, 'inside'), 'utf8')).toBe('ü');
    expect(await readFile(join(into, 'large'))).toEqual(entries[6]?.content);
    expect(await readlink(join(into, 'deep/in/up'))).toBe('../../bin');
    expect((await lstat(join(into, 'dangling'))).isSymbolicLink()).toBe(true);
    expect((await stat(join(into, `long/${'n'.repeat(200)}/${'m'.repeat(200)}`))).size).toBe(4);
    expect(await readdir(home)).toEqual(['source']);
  });

  it('keeps the run bit and the time of a file and nothing else of its mode', async () => {
    await unpackArchive(stream(await tar(...entries)), into);
    const run = await stat(join(into, 'bin/run'));
    expect(run.mode & 0o7777).toBe(0o755);
    expect(run.mtimeMs).toBe(1_700_000_000_000);
    expect((await stat(join(into, 'deep/in/a/tree.txt'))).mode & 0o7777).toBe(0o644);
    expect((await stat(join(into, 'deep'))).mode & 0o7777).toBe(0o755);
  });

  it('replaces what an earlier try left, whole or half', async () => {
    await unpackArchive(stream(await tar({ name: 'old' })), into);
    await writeFile(join(home, '.source.0123456789ab.unpacking'), 'left by a crash');
    await unpackArchive(stream(await tar({ name: 'new' })), into);
    expect(await readdir(into)).toEqual(['new']);
    expect(await readdir(home)).toEqual(['source']);
  });

  it('is not kept when its source says afterwards that it was not whole', async () => {
    const confirm = () => Promise.reject(new Error('cut off'));
    await expect(unpackArchive(stream(await tar({ name: 'a' })), into, { confirm })).rejects.toThrow('cut off');
    expect(await readdir(home)).toEqual([]);
  });

  it('is not kept when its source breaks, and the fault is the one of the source', async () => {
    const whole = await tar({ name: 'a', content: randomBytes(100_000) });
    const broken = Readable.from(
      (function* () {
        yield whole.subarray(0, 50_000);
        throw new Error('connection reset');
      })(),
    );
    await expect(unpackArchive(broken, into)).rejects.toThrow('connection reset');
    expect(await readdir(home)).toEqual([]);
  });

  it('is not kept when the work is cancelled', async () => {
    const canceled = AbortSignal.abort();
    await expect(unpackArchive(stream(await tar({ name: 'a' })), into, { signal: canceled })).rejects.toMatchObject({
      code: 'SOURCE_FETCH_CANCELED',
    });
    expect(await readdir(home)).toEqual([]);
  });
});

describe('an archive with a hostile entry is refused, naming it, and nothing of it is kept:', () => {
  const cases: [string, TarEntry[], string, string][] = [
    ['a path with ".."', [{ name: 'ok' }, { name: 'a/../../etc/passwd' }], 'a/../../etc/passwd', '".."'],
    ['a path that is ".."', [folder('..')], '..', '".."'],
    ['an absolute path', [{ name: '/etc/passwd' }], '/etc/passwd', 'absolute path'],
    ['a link to an absolute path', [link('a', '/etc')], 'a', 'absolute path'],
    ['a link that leaves the folder', [link('a/b', '../../x')], 'a/b', 'leaves the folder'],
    ['a link that leaves it and comes back', [link('a', '../source/x')], 'a', 'leaves the folder'],
    ['a chain of links that leaves it', [link('a/b', '..'), link('c', 'a/b/..')], 'c', 'leaves the folder'],
    [
      'a chain whose last link comes last',
      [link('x', 'a/b/c'), link('a/b', '../d'), link('d', 'e/..'), link('e', '..')],
      'x',
      'leaves',
    ],
    ['a link to itself', [link('a', 'a')], 'a', 'more than 40'],
    ['a link to nothing', [link('a', '')], 'a', 'to nothing'],
    ['a file below a link', [link('a', 'b'), { name: 'a/x' }], 'a/x', 'is a link'],
    ['a file below a file', [{ name: 'a' }, { name: 'a/x' }], 'a/x', 'is a file'],
    ['a folder that turns into a link', [folder('a'), link('a', 'b')], 'a', 'there twice'],
    ['an implied folder that turns into a link', [{ name: 'a/x' }, link('a/', 'b')], 'a/', 'there twice'],
    ['a link that turns into a folder', [link('a', 'b'), folder('a')], 'a', 'is a link'],
    ['a link that turns into a file', [link('a', 'b'), { name: 'a' }], 'a', 'there twice'],
    ['the same file twice', [{ name: 'a' }, { name: './a' }], './a', 'there twice'],
    ['a link in place of the folder itself', [link('.', 'b')], '.', 'folder itself'],
    ['a hard link', [{ name: 'a', type: 'link', linkname: '/etc/shadow' }], 'a', 'hard link'],
    ['a character device', [{ name: 'a', type: 'character-device', devmajor: 1, devminor: 3 }], 'a', 'device'],
    ['a block device', [{ name: 'a', type: 'block-device' }], 'a', 'device'],
    ['a named pipe', [{ name: 'a', type: 'fifo' }], 'a', 'named pipe'],
    [
      'a control character',
      [{ name: 'a\u001b[31m', pax: { path: 'a\u001b[31m' } }],
      'a\u001b[31m',
      'control character',
    ],
    ['a NUL', [{ name: 'b', pax: { path: 'a\u0000b' } }], 'a\u0000b', 'control character'],
    ['a name that is too long', [{ name: 'a'.repeat(256) }], 'a'.repeat(200), 'too long'],
    ['a path that is too deep', [{ name: `${'a/'.repeat(101)}x` }], 'a/'.repeat(100), 'deep'],
    [
      'a path that is too long',
      [{ name: `${`${'a'.repeat(100)}/`.repeat(45)}x` }],
      `${'a'.repeat(100)}/${'a'.repeat(99)}`,
      'too long',
    ],
  ];
  it.each(cases)('%s', async (_name, entries, entry, reason) => {
    const error = await refusal(await tar(...entries));
    expect(error).toMatchObject({ code: 'ARCHIVE_ENTRY_REFUSED', kind: 'invalid_argument' });
    expect(error.details['entry']).toBe(entry);
    expect(error.message).toContain(reason);
    expect(error.fields[0]?.pointer).toBe('/archive');
    expect(error.message).not.toMatch(/[\u0000-\u001f]/);
  });

  it('links that would take hours to judge', async () => {
    const entries = Array.from({ length: 2000 }, (_, i) => link(`l${i}`, `${'./x/../'.repeat(100)}l${i + 1}`));
    expect((await refusal(await tar(...entries))).message).toMatch(/too many links|more than 40/);
  });
});

describe('an archive above a limit is refused, and nothing of it is kept:', () => {
  it.each<[string, Partial<ArchiveLimits>, TarEntry[]]>([
    [
      'content of all files',
      { bytes: 1000 },
      [
        { name: 'a', content: 'x'.repeat(600) },
        { name: 'b', content: 'x'.repeat(600) },
      ],
    ],
    ['content of one file', { fileBytes: 500 }, [{ name: 'a', content: 'x'.repeat(600) }]],
    ['entries', { entries: 3 }, [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }]],
    ['folders that are only implied', { entries: 3 }, [{ name: 'a/b/c/d' }]],
  ])('%s', async (_name, limits, entries) => {
    const error = await refusal(await tar(...entries), { ...defaultArchiveLimits, ...limits });
    expect(error).toMatchObject({ code: 'ARCHIVE_TOO_LARGE', kind: 'invalid_argument' });
  });

  it('a bomb of one file, by its ratio', async () => {
    const bomb = gzipSync(await tar({ name: 'zeros', content: Buffer.alloc(100 * 1024 ** 2) }));
    expect((await refusal(bomb)).message).toContain('times its size');
  });

  it('a bomb of headers, which no count of files sees', async () => {
    const header = { name: 'x', pax: { comment: 'x'.repeat(3_000_000) } };
    const bomb = gzipSync(await tar(...Array.from({ length: 30 }, (_, i) => ({ ...header, name: `x${i}` }))));
    expect((await refusal(bomb)).code).toBe('ARCHIVE_TOO_LARGE');
  });
});

describe('what is no archive is refused:', () => {
  it.each<[string, () => Promise<Buffer>]>([
    ['nothing', async () => Buffer.alloc(0)],
    ['text', async () => Buffer.from('{"hello": "world"}')],
    ['a page of text', async () => Buffer.from('x'.repeat(5000))],
    ['a tar that was cut off', async () => (await tar({ name: 'a', content: 'x'.repeat(5000) })).subarray(0, 2000)],
    [
      'a gzip that was cut off',
      async () => gzipSync(await tar({ name: 'a', content: randomBytes(5000) })).subarray(0, 2000),
    ],
    [
      'a gzip that was changed',
      async () => {
        const bytes = gzipSync(await tar({ name: 'a', content: randomBytes(5000) }));
        bytes[3000] = (bytes[3000] ?? 0) ^ 0xff;
        return bytes;
      },
    ],
    [
      'a zstd that was cut off',
      async () => zstdCompressSync(await tar({ name: 'a', content: randomBytes(5000) })).subarray(0, 2000),
    ],
  ])('%s', async (_name, make) => {
    expect((await refusal(await make())).code).toBe('ARCHIVE_DAMAGED');
  });
});
