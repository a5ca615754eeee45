import { once } from 'node:events';
import { truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { CliError } from '../command-line/cli-error.ts';
import { type PackedSource, packSource } from './pack-source.ts';

interface Unpacked extends Header {
  content: string;
}

async function unpack(source: PackedSource): Promise<Unpacked[]> {
  const archive = extract();
  const unzipped = pipeline(source.stream(), createGunzip(), archive);
  const entries: Unpacked[] = [];
  try {
    for await (const entry of archive) {
      const chunks = (await Array.fromAsync(entry)) as Buffer[];
      entries.push({ ...entry.header, content: Buffer.concat(chunks).toString('utf8') });
    }
  } catch {
    // The reason is in what fed it.
  }
  await unzipped;
  return entries;
}

test('files, folders, links and modes arrive as they are, in the same order every time', async () => {
  await using folder = await temporaryFolder({
    'b.sh': { text: '#!/bin/sh\n', mode: 0o755 },
    'a/ünï.txt': 'grüße',
    'a.txt': '',
    link: { link: 'a/ünï.txt' },
    dangling: { link: '../elsewhere' },
  });
  const source = await packSource(folder.path);
  const entries = await unpack(source);
  expect(entries.map(({ name, type }) => `${type} ${name}`)).toEqual([
    'directory a',
    'file a/ünï.txt',
    'file a.txt',
    'file b.sh',
    'symlink dangling',
    'symlink link',
  ]);
  expect(entries.find(({ name }) => name === 'b.sh')).toMatchObject({ mode: 0o755, content: '#!/bin/sh\n' });
  expect(entries.find(({ name }) => name === 'a/ünï.txt')?.content).toBe('grüße');
  expect(entries.find(({ name }) => name === 'dangling')?.linkname).toBe('../elsewhere');
  expect(source).toMatchObject({ files: 3, bytes: 17 });
  expect(await unpack(source)).toEqual(entries);
});

test('a path that is longer than a tar header has room for arrives whole', async () => {
  const path = `${'d'.repeat(120)}/${'e'.repeat(120)}/${'f'.repeat(120)}`;
  await using folder = await temporaryFolder({ [path]: 'deep' });
  expect((await unpack(await packSource(folder.path))).at(-1)).toMatchObject({ name: path, content: 'deep' });
});

test('a socket is no part of a source', async () => {
  await using folder = await temporaryFolder({ 'a.txt': '' });
  const server = createServer();
  await once(server.listen(join(folder.path, 's.sock')), 'listening');
  try {
    expect(await packSource(folder.path)).toMatchObject({ files: 1 });
  } finally {
    server.close();
  }
});

test('a file that grows after it was looked at does not break the archive', async () => {
  await using folder = await temporaryFolder({ 'a.log': 'one', 'b.txt': 'two' });
  const source = await packSource(folder.path);
  await writeFile(join(folder.path, 'a.log'), 'one and more');
  expect((await unpack(source)).map(({ content }) => content)).toEqual(['one and more', 'two']);
});

test('a source that is too large is refused before anything is sent, and says what is large', async () => {
  await using folder = await temporaryFolder({ 'small.txt': 'x', 'data/big.bin': '' });
  // Without blocks: it takes no room on the disk.
  await truncate(join(folder.path, 'data/big.bin'), 513 * 1024 * 1024);
  const error: unknown = await packSource(folder.path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CliError);
  const { message, hint, lines } = error as CliError;
  expect(message).toBe('The source is 513 MiB, and at most 512 MiB can be uploaded.');
  expect(hint).toContain('.davitignore');
  expect(lines).toEqual(['    513 MiB  data/big.bin', '        1 B  small.txt']);
});

test('progress tells how much of the source is packed', async () => {
  await using folder = await temporaryFolder({ a: 'xx', b: 'yyy' });
  const source = await packSource(folder.path);
  const told: number[] = [];
  const stream = source.stream((bytes) => told.push(bytes));
  stream.resume();
  await once(stream, 'end');
  expect(told).toEqual([2, 5]);
});

test('a file that is gone when its turn comes ends the stream with an error', async () => {
  await using folder = await temporaryFolder({ a: 'xx' });
  const source = await packSource(folder.path);
  await folder[Symbol.asyncDispose]();
  await expect(unpack(source)).rejects.toMatchObject({ code: 'ENOENT' });
});
