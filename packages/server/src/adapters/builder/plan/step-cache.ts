import { chmod, lstat, mkdir, mkdtemp, readdir, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PlanStep } from '@davit/build-plan';
import { copyTree, isAllOwnedBy } from './copy-tree.ts';
import { holdPlace } from './held-folder.ts';
import { removeTree } from './remove-tree.ts';

/** Results of this many different inputs are kept for each service: a branch that comes and goes finds its own again. */
const keptResults = 3;

const unfinished = '.save-';

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Beside a build's folder: what is put there is out of the service's reach until it gets its name in the build. */
export function restoringFolder(buildFolder: string): string {
  return `${buildFolder}.restoring`;
}

/** Moves what is at `place` into `aside`, whatever it is; nothing happens when there is nothing. */
async function moveAside(place: string, aside: string): Promise<boolean> {
  try {
    await rename(place, aside);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw thrown;
  }
}

/**
 * Results of steps of one service, by key. A result is whole or not there: it gets its name last.
 *
 * The server copies as root what belongs to a service, which may try to have it read, write or remove something else by
 * swapping folders for links meanwhile. So the results lie where the service cannot reach them, the places in a build are
 * held open, and what was copied out of a build counts only when all of it belongs to the service's own user.
 */
export function createStepCache(root: string) {
  // What a later run of the same step writes into is copied: cargo and others change files in place.
  const isLinked = (step: PlanStep) => step.cacheMode === 'exact';
  const folderOf = (step: PlanStep, key: string) => join(root, step.name, isLinked(step) ? key : 'latest');

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

  async function restoreFolder(step: PlanStep, saved: string, into: string, folder: string): Promise<void> {
    const staging = restoringFolder(into);
    if (await exists(staging)) await removeTree(staging);
    await mkdir(staging, { mode: 0o700 });
    const fresh = join(staging, 'fresh');
    const isThere = await exists(saved);
    if (isThere) await copyTree({ from: saved, cwd: '/', to: fresh, link: isLinked(step) });
    await using held = await holdPlace(into, folder, isThere);
    const replaced = held !== undefined && (await moveAside(held.place, join(staging, 'replaced')));
    if (held !== undefined && isThere) await rename(fresh, held.place);
    if (replaced) await removeTree(staging);
    else await rm(staging, { recursive: true });
  }

  async function saveFolder(step: PlanStep, from: string, folder: string, to: string): Promise<void> {
    await using held = await holdPlace(from, folder, false);
    if (held === undefined || !(await exists(held.place))) return;
    await copyTree({ from: `./${held.name}`, cwd: held.folder, to, link: isLinked(step) });
  }

  return {
    /** Puts the folders of an earlier run in place. True when there was one for this key (for `incremental`: any). */
    async restore(step: PlanStep, key: string, into: string): Promise<boolean> {
      const source = folderOf(step, key);
      if (step.cacheFolders.length === 0 || !(await exists(source))) return false;
      await chmod(root, 0o700);
      for (const [index, folder] of step.cacheFolders.entries())
        await restoreFolder(step, join(source, String(index)), into, folder);
      const now = new Date();
      await utimes(source, now, now);
      return true;
    },

    /** Keeps what the step made; false when it is not kept, since something in it is not the service's own. */
    async save(step: PlanStep, key: string, from: string): Promise<boolean> {
      if (step.cacheFolders.length === 0) return true;
      const target = folderOf(step, key);
      await mkdir(dirname(target), { recursive: true });
      await chmod(root, 0o700);
      await removeUnfinished(dirname(target));
      const temporary = await mkdtemp(join(dirname(target), unfinished));
      try {
        for (const [index, folder] of step.cacheFolders.entries())
          await saveFolder(step, from, folder, join(temporary, String(index)));
        if (!(await isAllOwnedBy((await lstat(from)).uid, temporary))) return false;
        await removeTree(target);
        await rename(temporary, target);
      } finally {
        if (await exists(temporary)) await removeTree(temporary);
      }
      await trim(step);
      return true;
    },
  };
}
