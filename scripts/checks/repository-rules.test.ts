import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { architectureDocument } from './architecture-document.ts';
import { fileLength } from './file-length.ts';
import { lockfile } from './lockfile.ts';
import { repositoryText } from './repository-text.ts';
import { openSourceTree, sourceTreeOf } from './source-tree.ts';
import { tool } from './tool.ts';

describe('file length', () => {
  const faults = (allowed: Record<string, number>, lines: number) =>
    fileLength(sourceTreeOf({ 'scripts/long-files.json': JSON.stringify(allowed), 'a.ts': 'x\n'.repeat(lines) }));

  test('is at most 300 lines', () => {
    expect(faults({}, 300)).toEqual([]);
    expect(faults({}, 301)).toEqual(['a.ts has 301 lines, 300 are allowed']);
  });

  test('of a file on the list may only shrink', () => {
    expect(faults({ 'a.ts': 400 }, 400)).toEqual([]);
    expect(faults({ 'a.ts': 400 }, 401)).toEqual(['a.ts has 401 lines, 400 are allowed']);
    expect(faults({ 'a.ts': 400 }, 300)).toEqual(['a.ts is short now: take it off scripts/long-files.json']);
    expect(faults({ 'b.ts': 400 }, 1)).toEqual(['b.ts is on scripts/long-files.json and does not exist']);
  });
});

describe('the architecture document', () => {
  const faults = (document: string) =>
    architectureDocument(
      sourceTreeOf({
        'docs/architecture.md': document,
        'packages/server/src/kernel/id.ts': '',
        'packages/server/src/main.ts': '',
      }),
    );
  const whole = [
    '# Architecture',
    '```text',
    'docs/           what you read',
    'packages/',
    '  server/       the control plane',
    '    src/',
    '      main.ts   starts it',
    '      kernel/   imports nothing of ours',
    '```',
  ];

  test('names every folder', () => {
    expect(faults(whole.join('\n'))).toEqual([]);
    expect(faults(whole.filter((line) => !line.includes('kernel')).join('\n'))).toEqual([
      'docs/architecture.md does not name packages/server/src/kernel/',
    ]);
  });

  test('names nothing that is gone', () => {
    expect(faults(whole.join('\n').replace('main.ts', 'start.ts'))).toEqual([
      'docs/architecture.md names packages/server/src/start.ts, which does not exist',
    ]);
  });

  test('has a tree', () => {
    expect(faults('# Architecture')).toHaveLength(1);
  });
});

describe('the text of the repository', () => {
  const machine = { checkout: '/srv/checkout', home: '/home/someone' };
  const faults = (text: string, path = 'a.ts') => repositoryText(sourceTreeOf({ [path]: text }), machine);

  test.each([
    ['what is left to do', ['\n// TO', 'DO: more'].join('')],
    ['what is known to be wrong', ['\n// FIX', 'ME'].join('')],
    ['the folder of this checkout', "\nread('/srv/checkout/examples')"],
    ['a home folder', "\nread('/home/someone/notes')"],
    ["a registry's address", ['\nfetch("https://registry', 'npmjs', 'org/x")'].join('.')],
  ])('has nothing of %s', (_, text) => {
    expect(faults(text)).toEqual([expect.stringContaining('a.ts:2: ')]);
  });

  test('is not looked for in lockfiles, which name what they lock', () => {
    expect(faults(['source = "https://pypi', 'org/simple"'].join('.'), 'examples/a/uv.lock')).toEqual([]);
  });
});

describe('the lockfile', () => {
  const faults = (entry: object, version = '1.2.3') =>
    lockfile(
      sourceTreeOf({
        'package.json': JSON.stringify({ dependencies: { a: version } }),
        'package-lock.json': JSON.stringify({ packages: { '': {}, 'node_modules/a': entry } }),
      }),
    );

  test('has a checksum for each package, and links to our own', () => {
    expect(faults({ integrity: 'sha512-x' })).toEqual([]);
    expect(faults({ resolved: 'packages/a', link: true })).toEqual([]);
    expect(faults({})).toEqual(['package-lock.json: node_modules/a has no checksum']);
    expect(faults({ optional: true })).toHaveLength(1);
  });

  test('may lack the checksum of an optional package of one platform', () => {
    expect(faults({ optional: true, os: ['darwin'] })).toEqual([]);
  });

  test('has no addresses', () => {
    expect(faults({ integrity: 'sha512-x', resolved: 'https://registry/a.tgz' })).toEqual([
      'package-lock.json: node_modules/a has an address (https://registry/a.tgz)',
    ]);
  });

  test.each(['1.2.3', '1.2.3-beta.1', 'npm:b@1.2.3', 'npm:@b/c@1.2.3'])('is pinned by %s', (version) => {
    expect(faults({ integrity: 'sha512-x' }, version)).toEqual([]);
  });

  test.each(['^1.2.3', '~1.2.3', '1', 'latest', '*', 'npm:b@^1.2.3', 'npm:b'])(
    'does not hide an unpinned %s',
    (version) => {
      expect(faults({ integrity: 'sha512-x' }, version)).toEqual([
        `package.json: a is not pinned to one version (${version})`,
      ]);
    },
  );
});

describe('in a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'davit-check-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('the tree is what Git tracks and what is new, without what is ignored', async () => {
    execFileSync('git', ['init', '-q'], { cwd: folder });
    for (const name of ['tracked.ts', 'new.ts', 'gone.ts', 'ignored.ts']) writeFileSync(join(folder, name), name);
    writeFileSync(join(folder, '.gitignore'), 'ignored.ts\n');
    execFileSync('git', ['add', 'tracked.ts', 'gone.ts'], { cwd: folder });
    rmSync(join(folder, 'gone.ts'));
    const tree = await openSourceTree(folder);
    expect(tree.files).toEqual(['.gitignore', 'new.ts', 'tracked.ts']);
    expect(tree.read('new.ts')).toBe('new.ts');
  });

  test('a tool that fails is a fault with what it said', async () => {
    writeFileSync(join(folder, 'good.mjs'), 'console.log("fine")');
    writeFileSync(join(folder, 'bad.mjs'), 'console.log("line 3 is wrong"); process.exit(2)');
    writeFileSync(join(folder, 'mute.mjs'), 'process.exit(2)');
    expect(await tool('good', folder, ['good.mjs']).run()).toEqual([]);
    expect(await tool('bad', folder, ['bad.mjs']).run()).toEqual(['line 3 is wrong']);
    expect(await tool('mute', folder, ['mute.mjs']).run()).toEqual([expect.stringContaining('Command failed')]);
  });
});
