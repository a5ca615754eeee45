import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { prepareSource, sizeText } from './prepared-source.ts';

const chosen = (path: string, content: string) => ({ path, file: new File([content], path) });

test('what the rules leave out is not sent, and is said', async () => {
  const source = await prepareSource(
    {
      kind: 'folder',
      name: 'shop',
      files: [
        chosen('.gitignore', 'dist/\n'),
        chosen('main.js', 'run'),
        chosen('dist/a.js', 'made'),
        chosen('dist/b.js', 'made'),
      ],
    },
    ['node_modules'],
  );
  expect(source).toMatchObject({ kind: 'folder', name: 'shop', files: 2, bytes: 9, refusal: undefined });
  expect(source.leftOut).toEqual([
    { path: 'node_modules/', files: undefined },
    { path: 'dist/', files: 2 },
  ]);
  const tar = gunzipSync(Buffer.from(await (await source.pack()).arrayBuffer())).toString('latin1');
  expect(tar).toContain('main.js');
  expect(tar).not.toContain('made');
});

test('an archive is sent as it is', async () => {
  const files = [chosen('shop.tar.gz', 'bytes')];
  const source = await prepareSource({ kind: 'file', name: 'shop.tar.gz', files }, []);
  expect(source).toMatchObject({ kind: 'archive', bytes: 5, refusal: undefined });
  expect(await (await source.pack()).text()).toBe('bytes');
});

test('what cannot be sent is refused before anything is sent', async () => {
  const zip = await prepareSource({ kind: 'file', name: 'shop.zip', files: [chosen('shop.zip', 'PK')] }, []);
  expect(zip.refusal).toMatch(/no tar archive/);
  const empty = await prepareSource({ kind: 'folder', name: 'empty', files: [] }, []);
  expect(empty.refusal).toMatch(/no file to send/);
  const huge = new File([], 'huge.bin');
  Object.defineProperty(huge, 'size', { value: 513 * 1024 ** 2 });
  const large = await prepareSource({ kind: 'folder', name: 'large', files: [{ path: 'huge.bin', file: huge }] }, []);
  expect(large.refusal).toMatch(/513 MiB.*512 MiB.*\.davitignore/);
});

test('sizes are said in units that fit', () => {
  expect([0, 1023, 1024, 1536, 512 * 1024 ** 2, 3 * 1024 ** 3].map(sizeText)).toEqual([
    '0 B',
    '1023 B',
    '1 KiB',
    '1.5 KiB',
    '512 MiB',
    '3 GiB',
  ]);
});
