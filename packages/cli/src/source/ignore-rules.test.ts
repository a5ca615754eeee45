import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type TreeFile, temporaryFolder } from '../../test/support/temporary-folder.ts';
import { readSourceEntries } from './source-entries.ts';

/** The files of a source, in a folder with these. */
async function filesOf(tree: Readonly<Record<string, TreeFile>>, below = ''): Promise<string[]> {
  await using folder = await temporaryFolder(tree);
  const entries = await Array.fromAsync(readSourceEntries(join(folder.path, below)));
  return entries.filter(({ type }) => type !== 'folder').map(({ path }) => path);
}

test('history, installed packages and davit’s own note are never part of a source, however deep', async () => {
  const tree = {
    'a.txt': '',
    '.git/HEAD': '',
    'node_modules/x/index.js': '',
    'packages/p/node_modules/y/index.js': '',
    'packages/p/.git': 'gitdir: elsewhere',
    '.davit/link.json': '{}',
    '.davitignore': '!node_modules\n!.git\n',
  };
  expect(await filesOf(tree)).toEqual(['.davitignore', 'a.txt']);
});

test('.gitignore is respected: patterns, folders, anchors and negations', async () => {
  const tree = {
    '.gitignore': '*.log\n!keep.log\n/build/\ntmp/\n',
    'a.log': '',
    'keep.log': '',
    'build/out.js': '',
    'src/build/in.js': '',
    'src/tmp/x': '',
    'src/b.log': '',
  };
  expect(await filesOf(tree)).toEqual(['.gitignore', 'keep.log', 'src/build/in.js']);
});

test('a .gitignore further down has the last word about what is below it', async () => {
  const tree = {
    '.gitignore': '*.env\nsecret.txt\n',
    'a.env': '',
    'sub/.gitignore': '!*.env\nlocal/\n',
    'sub/b.env': '',
    'sub/secret.txt': '',
    'sub/local/c': '',
    'sub/deep/d.env': '',
  };
  expect(await filesOf(tree)).toEqual(['.gitignore', 'sub/.gitignore', 'sub/b.env', 'sub/deep/d.env']);
});

test('what is in a folder that is left out cannot be brought back, as with Git', async () => {
  expect(await filesOf({ '.gitignore': 'out/\n!out/keep\n', 'out/keep': '' })).toEqual(['.gitignore']);
});

test('.davitignore leaves more out, and brings back what Git ignores', async () => {
  const tree = {
    '.gitignore': 'dist/\n',
    '.davitignore': '!dist/\nassets/*.psd\n',
    'dist/index.html': '',
    'assets/a.psd': '',
    'assets/a.png': '',
    'sub/.gitignore': 'generated\n',
    'sub/.davitignore': '!generated\n',
    'sub/generated': '',
  };
  expect(await filesOf(tree)).toEqual([
    '.davitignore',
    '.gitignore',
    'assets/a.png',
    'dist/index.html',
    'sub/.davitignore',
    'sub/.gitignore',
    'sub/generated',
  ]);
});

test('the .gitignore files of the repository around a folder count too, and those above it do not', async () => {
  const tree = {
    '.gitignore': 'app.js\n',
    'repository/.git/HEAD': '',
    'repository/.gitignore': 'dist/\n/apps/web/local.txt\n',
    'repository/apps/web/app.js': '',
    'repository/apps/web/local.txt': '',
    'repository/apps/web/dist/x.js': '',
  };
  expect(await filesOf(tree, 'repository/apps/web')).toEqual(['app.js']);
});

test('names that are patterns elsewhere are only names', async () => {
  expect(await filesOf({ '.gitignore': 'a\n', '[a]': '', '!a': '', '#a': '', a: '', 'b c': '' })).toEqual([
    '!a',
    '#a',
    '.gitignore',
    '[a]',
    'b c',
  ]);
});
