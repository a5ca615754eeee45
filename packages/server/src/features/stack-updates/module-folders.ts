import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { BuildOutput, FolderBuilder } from '../../adapters/builder/builder.ts';
import type { Executor } from '../../adapters/executor/executor.ts';
import type { GitSource } from '../../adapters/source/git-source.ts';
import { parseRootFolder } from '../../adapters/source/root-folder.ts';
import type { Kind, KindService } from '../kinds/index.ts';
import { createModuleDependencies, moduleCommands } from './module-dependencies.ts';
import { createModulePlaces, type ModulePlace } from './module-places.ts';
import { createModuleRetention, noteCopy } from './module-retention.ts';
import type { ModulesInUse } from './modules-in-use.ts';

/** A module that is there to be run. */
export interface PreparedModule {
  readonly folder: string;
  /** What it reads, its own folder among it. */
  readonly readable: readonly string[];
  /** What its dependencies ask for, such as where their programs are. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What the preparation of a module is given by the run that wants it. */
export interface ModuleRequest {
  readonly organizationId: string;
  readonly kind: Kind;
  readonly output: BuildOutput;
  readonly signal: AbortSignal;
  readonly mask: (secrets: readonly string[]) => void;
}

export interface ModuleFolders {
  /**
   * Where the program of a kind is, with all that it needs. One in a Git repository is fetched once for each commit, and its
   * dependencies are installed once for each lockfile.
   */
  prepare(request: ModuleRequest): Promise<PreparedModule>;
  /** Ends what a preparation left running, unless another run waits for it. */
  abandon(organizationId: string, kind: Kind, signal: AbortSignal): Promise<void>;
  /** Clears away old commits, and all of modules that no kind has any more, but nothing that a run works with. */
  tidy(use: ModulesInUse, now: Date, signal: AbortSignal): Promise<void>;
}

export interface ModuleFoldersOptions {
  kinds: Pick<KindService, 'openModuleCredential'>;
  gitSource: GitSource;
  builder: FolderBuilder;
  executor: Executor;
  /** Where modules are kept, by where they come from and their commit. */
  folder: string;
  /** Removes a folder whose files belong to users of programs. */
  removeFolder: (path: string, signal: AbortSignal) => Promise<void>;
}

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** Prepares modules for the runs of stacks. */
export function createModuleFolders({
  kinds,
  gitSource,
  builder,
  executor,
  folder,
  removeFolder,
}: ModuleFoldersOptions): ModuleFolders {
  const places = createModulePlaces();
  const retention = createModuleRetention({ root: folder, places, builder, gitSource, removeFolder });
  const dependencies = createModuleDependencies({ builder, executor });

  async function fetch({ organizationId, kind, output, signal, mask }: ModuleRequest, key: string) {
    const { module, name } = kind;
    if (module.type !== 'git') throw new TypeError('a module that is not in a repository');
    const { url, reference } = module;
    const secret = await kinds.openModuleCredential(organizationId, name, url);
    if (secret !== undefined) mask([secret.kind === 'token' ? secret.token : secret.privateKey]);
    const serviceKey = copyOf(organizationId, url);
    await noteCopy(join(folder, key), serviceKey);
    const onOutput = (line: string) => output.write('system', line);
    const { commit, message } = await gitSource.fetch({ serviceKey, url, reference, secret, signal, onOutput });
    output.write('system', `module: ${commit.slice(0, 12)} ${message.split('\n', 1)[0]}`);
    const place: ModulePlace = {
      key: `${moduleCommands(key)}${commit.slice(0, 16)}`,
      folder: join(folder, key, commit),
      rootFolder: parseRootFolder(module.folder, '/folder'),
      cacheKey: `mod_${key}`,
    };
    return { place, exportFiles: () => gitSource.export({ serviceKey, commit, into: place.folder, signal, onOutput }) };
  }

  const copyOf = (organizationId: string, url: string) => `mod_${digest(organizationId, url)}`;
  const keyOf = (organizationId: string, { url, folder: rootFolder }: { url: string; folder: string }) =>
    digest(organizationId, url, rootFolder);

  return {
    async prepare(request) {
      const { organizationId, kind, output, signal } = request;
      const { module } = kind;
      // Built-in ones share files of the folder above.
      if (module.type === 'built-in') {
        return { folder: module.folder, readable: [join(module.folder, '..')], environment: {} };
      }
      const key = keyOf(organizationId, module);
      const { place, exportFiles } = await fetch(request, key);
      return await places.make(key, place, signal, async (fetched) => {
        // Whole or not at all: what is there is what an earlier try works in.
        if (!fetched) await exportFiles();
        return await dependencies.install(place, output, signal);
      });
    },

    async abandon(organizationId, { module }, signal) {
      if (module.type !== 'git') return;
      const key = keyOf(organizationId, module);
      if (!places.isWanted(key)) await dependencies.end(key, signal);
    },

    async tidy({ sources, folders }, now, signal) {
      const copies = new Map(
        sources.map((source) => [keyOf(source.organizationId, source), copyOf(source.organizationId, source.url)]),
      );
      await retention.tidy({ copies, folders }, now, signal);
    },
  };
}
