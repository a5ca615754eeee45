import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { type ArchiveFile, packTar } from './tar-archive.ts';

const fileOf = (path: string, content: string): ArchiveFile => ({
  path,
  file: Object.assign(new Blob([content]), { lastModified: 1_700_000_000_500 }),
});

/** Read by another implementation than the one that wrote it. */
async function entriesOf(archive: Blob) {
  const reader = extract();
  Readable.from([Buffer.from(await archive.arrayBuffer())]).pipe(reader);
  const entries = [];
  for await (const entry of reader) {
    const { name, size, mode, mtime, type } = entry.header;
    entries.push({ name, size, mode, mtime, type, content: await text(entry) });
  }
  return entries;
}

test('files come out as they went in', async () => {
  const long = `${'folder/'.repeat(40)}file.txt`;
  const files = [
    fileOf('package.json', '{}'),
    fileOf('empty', ''),
    fileOf('a block', 'x'.repeat(512)),
    fileOf('sub/ümläut – 文.txt', 'words'),
    fileOf(long, 'deep'),
  ];
  const entries = await entriesOf(await packTar(files));
  expect(entries.map(({ name, content }) => [name, content])).toEqual([
    ['package.json', '{}'],
    ['empty', ''],
    ['a block', 'x'.repeat(512)],
    ['sub/ümläut – 文.txt', 'words'],
    [long, 'deep'],
  ]);
  expect(entries[0]).toMatchObject({ type: 'file', mode: 0o644, mtime: new Date(1_700_000_000_000) });
});

test('a script may be run', async () => {
  const entries = await entriesOf(await packTar([fileOf('bin/start', '#!/bin/sh\n'), fileOf('a.sh', 'echo')]));
  expect(entries.map(({ mode }) => mode)).toEqual([0o755, 0o644]);
});

test.each([86, 87, 88, 89, 90, 980, 981, 982, 983, 984, 985])(
  'a long name of %i letters has a record that counts itself',
  async (length) => {
    const name = `é${'n'.repeat(length)}`;
    expect((await entriesOf(await packTar([fileOf(name, 'x')]))).map((entry) => entry.name)).toEqual([name]);
  },
);
