import { lstat, mkdir, mkdtemp, readdir, rename, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PlanStep } from '@davit/build-plan';
import { placeInside } from './place-inside.ts';
import { removeTree } from './remove-tree.ts';
import { runTool } from './run-tool.ts';

/** Results of this many different inputs are kept for each service: a branch that comes and goes finds its own again. */
const keptResults = 3;

const unfinished = '.save-';

const copyEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

async function copyTree(flags: string[], from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const { code, stderr } = await runTool(['cp', ...flags, '--', from, to], { environment: copyEnvironment });
  if (code !== 0) throw new Error(`cp: ${stderr.trim().split('\n')[0]}`);
}

// Linking 30,000 files takes a tenth of copying them, and package managers treat installed files as read-only (pnpm links
// them from its own store in the same way). What a later run of the same step writes into is copied: cargo and others
// change files in place.
const linked = ['-a', '--link', '--no-target-directory'];
const copied = ['-a', '--reflink=auto', '--no-target-directory'];

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Results of steps of one service, by key. A result is whole or not there: it gets its name last. */
export function createStepCache(root: string) {
  const flagsOf = (step: PlanStep) => (step.cacheMode === 'exact' ? linked : copied);
  const folderOf = (step: PlanStep, key: string) => join(root, step.name, step.cacheMode === 'exact' ? key : 'latest');

  async function trim(step: PlanStep): Promise<void> {
    const parent = join(root, step.name);
    const names = (await readdir(parent)).filter((name) => !name.startsWith('.'));
    const times = await Promise.all(
      names.map(async (name) => ({ name, at: (await lstat(join(parent, name))).mtimeMs })),
    );
    const old = times.sort((a, b) => b.at - a.at).slice(keptResults);
    await Promise.all(old.map(({ name }) => removeTree(join(parent, name))));
  }

  /** What a save that a crash cut short has left. One deployment of a service runs at a time, so nobody is at it now. */
  async function removeUnfinished(parent: string): Promise<void> {
    const names = (await readdir(parent)).filter((name) => name.startsWith(unfinished));
    await Promise.all(names.map((name) => removeTree(join(parent, name))));
  }

  return {
    /** Puts the folders of an earlier run in place. True when there was one for this key (for `incremental`: any). */
    async restore(step: PlanStep, key: string, into: string): Promise<boolean> {
      const source = folderOf(step, key);
      if (step.cacheFolders.length === 0 || !(await exists(source))) return false;
      for (const [index, folder] of step.cacheFolders.entries()) {
        const saved = join(source, String(index));
        const place = await placeInside(into, folder);
        await removeTree(place);
        if (await exists(saved)) await copyTree(flagsOf(step), saved, place);
      }
      const now = new Date();
      await utimes(source, now, now);
      return true;
    },

    /** Keeps what the step made. */
    async save(step: PlanStep, key: string, from: string): Promise<void> {
      if (step.cacheFolders.length === 0) return;
      const target = folderOf(step, key);
      await mkdir(dirname(target), { recursive: true });
      await removeUnfinished(dirname(target));
      const temporary = await mkdtemp(join(dirname(target), unfinished));
      try {
        for (const [index, folder] of step.cacheFolders.entries()) {
          const place = await placeInside(from, folder);
          if (await exists(place)) await copyTree(flagsOf(step), place, join(temporary, String(index)));
        }
        await removeTree(target);
        await rename(temporary, target);
      } finally {
        await removeTree(temporary);
      }
      await trim(step);
    },
  };
}
