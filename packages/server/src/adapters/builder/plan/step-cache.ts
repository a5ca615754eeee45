import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PlanStep } from '@davit/build-plan';
import { runTool } from './run-tool.ts';
import type { InstalledToolchain } from './toolchain.ts';

/** Results of this many different inputs are kept for each service: a branch that comes and goes finds its own again. */
const keptResults = 3;

const copyEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

async function hashPath(hash: ReturnType<typeof createHash>, root: string, path: string): Promise<void> {
  const full = join(root, path);
  const status = await lstat(full).catch(() => undefined);
  hash.update(`\0${path}\0`);
  if (status === undefined) return;
  if (status.isSymbolicLink()) hash.update(`link ${await readlink(full)}`);
  else if (status.isFile()) hash.update(await readFile(full));
  else if (status.isDirectory()) {
    for (const name of (await readdir(full)).sort()) await hashPath(hash, root, join(path, name));
  }
}

/** What a step's result depends on: its commands, its inputs' content, its environment and the versions of its tools. */
export async function stepKey(
  folder: string,
  step: PlanStep,
  toolchains: readonly InstalledToolchain[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const hash = createHash('sha256');
  const versions = toolchains.map(({ name, version }) => `${name} ${version}`);
  hash.update(
    JSON.stringify([step.name, step.folder, step.commands, step.environment, environment, step.cacheFolders, versions]),
  );
  for (const input of [...step.cacheInputs].sort()) await hashPath(hash, folder, input);
  return hash.digest('hex').slice(0, 32);
}

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
    await Promise.all(old.map(({ name }) => rm(join(parent, name), { recursive: true, force: true })));
  }

  return {
    /** Puts the folders of an earlier run in place. True when there was one for this key (for `incremental`: any). */
    async restore(step: PlanStep, key: string, into: string): Promise<boolean> {
      const source = folderOf(step, key);
      if (step.cacheFolders.length === 0 || !(await exists(source))) return false;
      for (const [index, folder] of step.cacheFolders.entries()) {
        const saved = join(source, String(index));
        await rm(join(into, folder), { recursive: true, force: true });
        if (await exists(saved)) await copyTree(flagsOf(step), saved, join(into, folder));
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
      const temporary = await mkdtemp(join(dirname(target), '.save-'));
      try {
        for (const [index, folder] of step.cacheFolders.entries()) {
          if (await exists(join(from, folder)))
            await copyTree(flagsOf(step), join(from, folder), join(temporary, String(index)));
        }
        await rm(target, { recursive: true, force: true });
        await rename(temporary, target);
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
      await trim(step);
    },
  };
}
