import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemOf } from '../test/support/plan-of.ts';
import { sourceTree } from '../test/support/source-tree.ts';
import { joinInside, MAX_FILE_BYTES, openSourceFolder } from './source-folder.ts';

describe('a source folder', () => {
  test('reads, lists and finds what is inside', async () => {
    await using tree = await sourceTree({
      'a.txt': '\uFEFFhello',
      'b/c/d.json': { e: 1 },
      'node_modules/x/d.json': '{}',
    });
    const source = openSourceFolder(tree.root);
    expect(await source.readText('a.txt')).toBe('hello');
    expect(await source.within('b').readJson('./c/d.json')).toEqual({ e: 1 });
    expect(await source.list()).toEqual([
      { name: 'a.txt', kind: 'file', isLink: false },
      { name: 'b', kind: 'folder', isLink: false },
      { name: 'node_modules', kind: 'folder', isLink: false },
    ]);
    expect(await source.find('**/*.json')).toEqual(['b/c/d.json']);
    expect(await source.find('b/*/d.{json,toml}')).toEqual(['b/c/d.json']);
    expect(await source.readStart('a.txt', 5)).toBe('he');
  });

  test('what is not there is simply not there', async () => {
    await using tree = await sourceTree({ 'a.txt': 'x', dangling: { link: 'nowhere' }, round: { link: 'round' } });
    const source = openSourceFolder(tree.root);
    for (const path of ['b.txt', 'a.txt/b', 'dangling', 'round', 'x'.repeat(300)]) {
      expect(await source.readText(path)).toBeUndefined();
      expect(await source.exists(path)).toBe(false);
    }
    expect(await source.readText('.')).toBeUndefined();
    expect(await source.list('b')).toEqual([]);
  });

  test.each(['../x', '/etc/passwd', 'a/../../x', 'a\\b', 'a\0b'])('refuses the path %j', async (path) => {
    await using tree = await sourceTree({ 'a/b': '' });
    const source = openSourceFolder(tree.root);
    for (const name of ['readText', 'exists', 'list', 'readToml'] as const) {
      await expect(async () => source[name](path)).rejects.toMatchObject({ code: 'PLAN_PATH_OUTSIDE' });
    }
    expect(() => source.within(path)).toThrow(expect.objectContaining({ code: 'PLAN_PATH_OUTSIDE' }));
  });

  test('a view from further down reaches the rest of the source, but not past its root', async () => {
    await using tree = await sourceTree({ 'a/b': '', shared: 'for all' });
    const source = openSourceFolder(tree.root).within('a');
    expect(await source.readText('../shared')).toBe('for all');
    await expect(async () => source.readText('../../shared')).rejects.toMatchObject({ code: 'PLAN_PATH_OUTSIDE' });
  });

  test('follows links that stay inside, and refuses those that leave', async () => {
    await using outside = await sourceTree({ secret: 'top secret', 'folder/file': 'too' });
    await using tree = await sourceTree({
      'real.txt': 'fine',
      inside: { link: 'real.txt' },
      leaving: { link: join(outside.root, 'secret') },
      folder: { link: join(outside.root, 'folder') },
      climbing: { link: '../../../../../../etc/hostname' },
    });
    const source = openSourceFolder(tree.root);
    expect(await source.readText('inside')).toBe('fine');
    for (const path of ['leaving', 'folder/file', 'climbing']) {
      await expect(source.readText(path)).rejects.toMatchObject({ code: 'PLAN_LINK_LEAVES_FOLDER', path });
      await expect(source.readStart(path, 10)).rejects.toMatchObject({ code: 'PLAN_LINK_LEAVES_FOLDER' });
      await expect(source.exists(path)).rejects.toMatchObject({ code: 'PLAN_LINK_LEAVES_FOLDER' });
    }
    expect((await source.list()).map((entry) => entry.name)).toEqual(['inside', 'real.txt']);
    expect(await source.find('**')).toEqual(['inside', 'real.txt']);
  });

  test('a folder whose name begins like the root is outside all the same', async () => {
    await using tree = await sourceTree({ 'app/a': '', 'app-secret/b': 'x' });
    await symlink('../app-secret/b', join(tree.root, 'app/link'));
    await expect(openSourceFolder(join(tree.root, 'app')).readText('link')).rejects.toMatchObject({
      code: 'PLAN_LINK_LEAVES_FOLDER',
    });
  });

  test('a link that goes round does not keep the search busy', async () => {
    await using tree = await sourceTree({ 'a/b.txt': '', 'a/again': { link: '..' } });
    expect(await openSourceFolder(tree.root).find('**/*.txt')).toEqual(['a/b.txt']);
  });

  test('reads files up to 1 MiB and no further', async () => {
    await using tree = await sourceTree({ fits: 'x'.repeat(MAX_FILE_BYTES), huge: 'x'.repeat(MAX_FILE_BYTES + 1) });
    const source = openSourceFolder(tree.root);
    expect(await source.readText('fits')).toHaveLength(MAX_FILE_BYTES);
    await expect(source.readText('huge')).rejects.toMatchObject({ code: 'PLAN_FILE_TOO_LARGE', path: 'huge' });
    expect(await source.readStart('huge', 3)).toBe('xxx');
  });

  test('what is neither a file nor a folder is not there', async () => {
    await using tree = await sourceTree({ 'a.txt': '' });
    const server = createServer().listen(join(tree.root, 'package.json'));
    await once(server, 'listening');
    const source = openSourceFolder(tree.root);
    expect(await source.readText('package.json')).toBeUndefined();
    expect(await source.exists('package.json')).toBe(false);
    expect((await source.list()).map((entry) => entry.name)).toEqual(['a.txt']);
    server.close();
    await once(server, 'close');
  });

  test('the search ends in a folder with very many files', async () => {
    await using tree = await sourceTree({});
    await mkdir(join(tree.root, 'a'));
    await Promise.all(Array.from({ length: 500 }, (_, index) => writeFile(join(tree.root, 'a', `${index}.txt`), '')));
    expect(await openSourceFolder(tree.root).find('a/*.txt')).toHaveLength(500);
  });

  test('is a folder, or is not opened', async () => {
    await using tree = await sourceTree({ file: '' });
    for (const path of [join(tree.root, 'file'), join(tree.root, 'none')]) {
      expect(() => openSourceFolder(path)).toThrow(expect.objectContaining({ code: 'PLAN_FOLDER_MISSING' }));
    }
  });

  test('joins relative paths', () => {
    expect(joinInside('a/./b', '../c', '', 'd/')).toBe('a/c/d');
    expect(joinInside('.')).toBe('.');
  });
});

describe('hostile sources', () => {
  test('a manifest that is a link out of the source stops the plan and reads nothing', async () => {
    await using outside = await sourceTree({ 'package.json': { scripts: { start: 'node secret.js' } } });
    const problem = await problemOf({ 'package.json': { link: join(outside.root, 'package.json') } });
    expect(problem).toMatchObject({ code: 'PLAN_LINK_LEAVES_FOLDER', path: 'package.json' });
    expect(problem.message).not.toContain('secret');
  });

  test('a manifest that is too large stops the plan', async () => {
    const problem = await problemOf({ 'package.json': `{"name": "${'x'.repeat(MAX_FILE_BYTES)}"}` });
    expect(problem).toMatchObject({ code: 'PLAN_FILE_TOO_LARGE', path: 'package.json' });
  });

  test('a root folder that is a link out of the source is refused', async () => {
    await using outside = await sourceTree({ 'index.html': '' });
    expect(await problemOf({ app: { link: outside.root } }, { rootFolder: 'app' })).toMatchObject({
      code: 'PLAN_LINK_LEAVES_FOLDER',
    });
    expect(await problemOf({ etc: { link: '/etc' } }, { rootFolder: 'etc' })).toMatchObject({
      code: 'PLAN_LINK_LEAVES_FOLDER',
    });
  });
});
