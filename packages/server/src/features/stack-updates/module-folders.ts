import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GitSource } from '../../adapters/source/git-source.ts';
import type { Kind } from '../kinds/index.ts';
import { stackUpdateErrors } from './stack-update-errors.ts';

/** A module that is there to be run. */
export interface PreparedModule {
  readonly folder: string;
  /** What it reads beside its folder. */
  readonly readable: readonly string[];
}

export interface ModuleFolders {
  /** Where the program of a kind is; one in a Git repository is fetched, once for each commit. */
  prepare(
    organizationId: string,
    kind: Kind,
    say: (line: string) => void,
    signal: AbortSignal,
  ): Promise<PreparedModule>;
}

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** A module brings what it imports with it: nothing is installed for it. @throws AppError STACK_MODULE_UNUSABLE */
async function refuseDependencies(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined || (await isThere(join(folder, 'node_modules')))) return;
  let names: string[] = [];
  try {
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
    names = Object.keys(dependencies).filter((name) => name !== '@pulumi/pulumi');
  } catch (cause) {
    throw stackUpdateErrors.STACK_MODULE_UNUSABLE({ message: 'The package.json of the module is no JSON.', cause });
  }
  if (names.length === 0) return;
  throw stackUpdateErrors.STACK_MODULE_UNUSABLE({
    message: `The module depends on ${names.slice(0, 5).join(', ')}, and its repository has no node_modules.`,
    hint: 'Bundle the module into one file, or commit its node_modules; @pulumi/pulumi is there already.',
  });
}

/** Keeps modules below `folder`, by where they come from and their commit. */
export function createModuleFolders({ gitSource, folder }: { gitSource: GitSource; folder: string }): ModuleFolders {
  return {
    async prepare(organizationId, { module }, say, signal) {
      // Built-in ones share files of the folder above.
      if (module.type === 'built-in') return { folder: module.folder, readable: [dirname(module.folder)] };
      const { url, reference, folder: rootFolder } = module;
      const serviceKey = `mod_${digest(organizationId, url)}`;
      const { commit, message } = await gitSource.fetch({ serviceKey, url, reference, signal, onOutput: say });
      say(`module: ${commit.slice(0, 12)} ${message.split('\n', 1)[0]}`);
      const into = join(folder, digest(organizationId, url, rootFolder), commit);
      if (!(await isThere(into))) await gitSource.export({ serviceKey, commit, rootFolder, into, signal });
      await refuseDependencies(into);
      return { folder: into, readable: [] };
    },
  };
}
