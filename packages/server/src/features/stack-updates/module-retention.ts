import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Builder } from '../../adapters/builder/builder.ts';
import type { GitSource } from '../../adapters/source/git-source.ts';
import { type ModulePlaces, markOf } from './module-places.ts';

/** What of all modules is still of use. */
export interface ModuleUse {
  /** By the key of each module that a kind has: that of its repository's copy. */
  readonly copies: ReadonlyMap<string, string>;
  /** Where runs work that have not ended; one that waits for its approval may do so for days. */
  readonly folders: readonly string[];
}

export interface ModuleRetentionOptions {
  /** Where modules are kept: `KEY/COMMIT`. */
  root: string;
  places: Pick<ModulePlaces, 'isWanted' | 'exclusively'>;
  builder: Pick<Builder, 'removeCache'>;
  gitSource: Pick<GitSource, 'remove'>;
  /** Removes a folder whose files belong to users of programs. */
  removeFolder: (path: string, signal: AbortSignal) => Promise<void>;
}

const dayMs = 86_400_000;
/** A run that was just given a folder has not written it down yet. Longer than any step takes. */
const untouchedMs = dayMs;
const mostAgeMs = 30 * dayMs;
const mostCommits = 5;

const commitName = /^[0-9a-f]{40,64}$/;
const markName = /^[0-9a-f]{40,64}\.ready\.json$/;
const copyFile = 'copy';

const cacheKeyOf = (key: string): string => `mod_${key}`;

/** Writes down which copy of a repository a module comes from, before there is one: whoever clears away has only this. */
export async function noteCopy(folder: string, copy: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `${copyFile}.${randomBytes(6).toString('hex')}.tmp`);
  await writeFile(temporary, copy);
  await rename(temporary, join(folder, copyFile));
}

async function timeOf(path: string): Promise<number | undefined> {
  return await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

/** When a commit was used last; of one that was never whole, when it was begun. */
const usedAt = async (folder: string): Promise<number> =>
  (await timeOf(markOf({ folder }))) ?? (await timeOf(folder)) ?? 0;

/** Clears away what no run needs of modules: old commits, and all of a module that no kind has any more. */
export function createModuleRetention({ root, places, builder, gitSource, removeFolder }: ModuleRetentionOptions) {
  async function removeCommit(key: string, folder: string, now: number, signal: AbortSignal): Promise<void> {
    const gone = `${folder}.gone`;
    const isGone = await places.exclusively(key, async () => {
      if (now - (await usedAt(folder)) < untouchedMs) return false;
      await rm(markOf({ folder }), { force: true });
      await rename(folder, gone);
      return true;
    });
    if (isGone) await removeFolder(gone, signal);
  }

  async function tidyCommits(key: string, use: ModuleUse, now: number, signal: AbortSignal): Promise<void> {
    const names = (await readdir(join(root, key))).filter((name) => commitName.test(name));
    const commits = await Promise.all(
      names.map(async (name) => ({ folder: join(root, key, name), used: await usedAt(join(root, key, name)) })),
    );
    commits.sort((one, other) => other.used - one.used);
    for (const [at, { folder, used }] of commits.entries()) {
      const isOld = at >= mostCommits || (at > 0 && now - used > mostAgeMs) || !use.copies.has(key);
      const isUsed = use.folders.some((each) => each === folder || each.startsWith(`${folder}/`));
      if (isOld && !isUsed && now - used >= untouchedMs) await removeCommit(key, folder, now, signal);
    }
  }

  /** What a crash left of what was written or removed here. */
  async function removeLeft(key: string, now: number, signal: AbortSignal): Promise<void> {
    for (const name of await readdir(join(root, key))) {
      if (commitName.test(name) || markName.test(name) || name === copyFile) continue;
      const path = join(root, key, name);
      if (name.endsWith('.gone')) await removeFolder(path, signal);
      else if (now - ((await timeOf(path)) ?? now) >= untouchedMs) await rm(path, { recursive: true, force: true });
    }
  }

  async function removeModule(key: string, use: ModuleUse, now: number, signal: AbortSignal): Promise<void> {
    const folder = join(root, key);
    if ((await readdir(folder)).some((name) => commitName.test(name))) return;
    const noted = join(folder, copyFile);
    if (now - ((await timeOf(noted)) ?? 0) < untouchedMs) return;
    const copy = await readFile(noted, 'utf8').catch(() => undefined);
    if (copy !== undefined && !(await isShared(copy, key, use))) await gitSource.remove(copy);
    await builder.removeCache(cacheKeyOf(key), signal);
    await removeFolder(folder, signal);
  }

  /** Modules in several folders of one repository share its copy. */
  async function isShared(copy: string, key: string, { copies }: ModuleUse): Promise<boolean> {
    if ([...copies.values()].includes(copy)) return true;
    const others = (await readdir(root)).filter((name) => name !== key);
    const notes = await Promise.all(
      others.map((name) => readFile(join(root, name, copyFile), 'utf8').catch(() => null)),
    );
    return notes.includes(copy);
  }

  return {
    async tidy(use: ModuleUse, now: Date, signal: AbortSignal): Promise<void> {
      const time = now.getTime();
      for (const key of await readdir(root).catch(() => [])) {
        signal.throwIfAborted();
        if (places.isWanted(key)) continue;
        await tidyCommits(key, use, time, signal);
        await removeLeft(key, time, signal);
        if (!use.copies.has(key)) await removeModule(key, use, time, signal);
      }
    },
  };
}
