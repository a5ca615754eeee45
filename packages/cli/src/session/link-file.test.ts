import { execFileSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { findLink, type Link, readLink, writeLink } from './link-file.ts';

const link: Link = { server: 'local', projectId: 'prj_1', project: 'shop', serviceId: 'svc_1', service: 'api' };

test('a link holds for its folder and all below', async () => {
  await using folder = await temporaryFolder({ 'src/deep/a.txt': '' });
  await writeLink(folder.path, link);
  expect(await findLink(join(folder.path, 'src/deep'))).toEqual({ folder: folder.path, link });
  expect(await readLink(join(folder.path, 'src'))).toBeUndefined();
});

test('Git does not see it', async () => {
  await using folder = await temporaryFolder({ 'a.txt': '' });
  execFileSync('git', ['init', '-q', folder.path]);
  await writeLink(folder.path, link);
  const status = execFileSync('git', ['-C', folder.path, 'status', '--porcelain'], { encoding: 'utf8' });
  expect(status).toBe('?? a.txt\n');
});

test('a folder without a link has none, and a file is no folder', async () => {
  await using folder = await temporaryFolder({ '.davit': 'a file' });
  expect(await readLink(folder.path)).toBeUndefined();
});

test.each(['', '{}', '{"server":"local"}', '[1]'])('a link with %j in it is reported with its path', async (text) => {
  await using folder = await temporaryFolder({ '.davit/link.json': text });
  await expect(readLink(folder.path)).rejects.toThrow(join(folder.path, '.davit', 'link.json'));
});

test('a link is replaced whole', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, '.davit'));
  await writeLink(folder.path, link);
  await writeLink(folder.path, { ...link, service: 'web' });
  expect(await readFile(join(folder.path, '.davit/link.json'), 'utf8')).toContain('"web"');
});
