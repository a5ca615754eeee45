import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourceTree } from '../../../test/support/source-tree.ts';
import { detectPlan } from '../../index.ts';

/** The last command of the install, which makes an environment movable. */
async function relocate(root: string): Promise<void> {
  const plan = await detectPlan(root);
  const argv = plan.steps[0]?.commands.at(-1) ?? [];
  execFileSync(join(root, argv[0] ?? ''), argv.slice(1), { cwd: root });
}

test('scripts of an environment find their interpreter wherever it is moved, and from any folder', async () => {
  await using tree = await sourceTree({ 'requirements.txt': '', 'main.py': '' });
  const { root } = tree;
  execFileSync('python3', ['-m', 'venv', '--without-pip', '.venv'], { cwd: root });
  const bin = join(root, '.venv/bin');
  const body = 'import sys\nprint("argument", sys.argv[1], sys.prefix)\n';
  const scripts = {
    short: `#!${bin}/python\n${body}`,
    versioned: `#!${bin}/python3\n${body}`,
    // What pip writes where the path is too long for a first line, or has a blank in it.
    long: `#!/bin/sh\n'''exec' ${bin}/python "$0" "$@"\n' '''\n${body}`,
    foreign: '#!/bin/sh\necho untouched\n',
    binary: '\u0000\u0001not a script',
  };
  for (const [name, text] of Object.entries(scripts)) {
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  }
  await symlink('short', join(bin, 'link'));

  await relocate(root);
  const once = await readFile(join(bin, 'short'), 'utf8');
  await relocate(root);
  expect(await readFile(join(bin, 'short'), 'utf8')).toBe(once);
  expect(await readFile(join(bin, 'foreign'), 'utf8')).toBe(scripts.foreign);
  expect(await readFile(join(bin, 'binary'), 'utf8')).toBe(scripts.binary);
  expect((await stat(join(bin, 'short'))).mode & 0o777).toBe(0o755);

  const elsewhere = await mkdtemp(`${root} moved-`);
  try {
    await rename(join(root, '.venv'), join(elsewhere, '.venv'));
    for (const name of ['short', 'versioned', 'long', 'link']) {
      const output = execFileSync(join(elsewhere, '.venv/bin', name), ['a b'], { cwd: '/', encoding: 'utf8' });
      expect(output.trim()).toBe(`argument a b ${join(elsewhere, '.venv')}`);
    }
  } finally {
    await rm(elsewhere, { recursive: true });
  }
});
