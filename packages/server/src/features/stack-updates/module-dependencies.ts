import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOutput, BuildRequest, FolderBuilder } from '../../adapters/builder/builder.ts';
import type { Executor } from '../../adapters/executor/executor.ts';
import { removeCommands } from '../../adapters/executor/remove-commands.ts';
import type { ModulePlace } from './module-places.ts';
import { stackUpdateErrors } from './stack-update-errors.ts';

/** Of one installation, as of an application's build. */
const timeoutMs = 30 * 60_000;

const lockfiles = [
  'npm-shrinkwrap.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'bun.lockb',
] as const;

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Begins the ids of all commands for a module, whatever its commit. */
export const moduleCommands = (key: string): string => `mod_${key}-`;

async function isFolder(path: string): Promise<boolean> {
  return await readdir(path).then(
    () => true,
    () => false,
  );
}

/** What package.json asks for beside Pulumi's own SDK, which every module has. @throws AppError STACK_MODULE_UNUSABLE */
async function dependenciesOf(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  try {
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
    return Object.keys(dependencies).filter((name) => name !== '@pulumi/pulumi');
  } catch (cause) {
    throw stackUpdateErrors.STACK_MODULE_UNUSABLE({ message: 'The package.json of the module is no JSON.', cause });
  }
}

/** @throws AppError STACK_MODULE_UNUSABLE */
async function needsInstallation({ folder, rootFolder }: ModulePlace): Promise<boolean> {
  const own = join(folder, rootFolder);
  // A program in another language; what it needs is known to the plan.
  if (await isThere(join(own, 'Pulumi.yaml'))) return true;
  if (await isThere(join(own, 'node_modules'))) return false;
  const names = await dependenciesOf(own);
  // That of a workspace lies at its top.
  const places = lockfiles.flatMap((name) => [join(own, name), join(folder, name)]);
  const locked = (await Promise.all(places.map(isThere))).includes(true);
  if (locked) return await isThere(join(own, 'package.json'));
  if (names.length === 0) return false;
  throw stackUpdateErrors.STACK_MODULE_UNUSABLE({
    message: `The module depends on ${names.slice(0, 5).join(', ')}, and its repository has no lockfile.`,
    hint: 'Run the installation once and commit the lockfile, such as package-lock.json; @pulumi/pulumi alone needs none.',
  });
}

/** PATH as far as it leads into the module's own source: the programs that its dependencies brought. */
function ownEnvironment({ PATH = '', ...rest }: Readonly<Record<string, string>>, folder: string) {
  const own = PATH.split(':').filter((path) => path.startsWith(`${folder}/`));
  return own.length === 0 ? rest : { ...rest, PATH: own.join(':') };
}

/** Installs what modules depend on, in the way of applications: the same plan, sandbox, environment and cache. */
export function createModuleDependencies({ builder, executor }: { builder: FolderBuilder; executor: Executor }) {
  return {
    /** Repeatable: what still runs of an earlier try is waited for. After a failure nothing of it is left. */
    async install(place: ModulePlace, output: BuildOutput, signal: AbortSignal) {
      const { folder, rootFolder, cacheKey, key: id } = place;
      const program = join(folder, rootFolder);
      if (!(await isFolder(program))) {
        throw stackUpdateErrors.STACK_MODULE_UNUSABLE({ message: `The repository has no folder "${rootFolder}".` });
      }
      if (!(await needsInstallation(place))) return { folder: program, readable: [folder], environment: {} };
      const request: BuildRequest = {
        id,
        cacheKey,
        folder,
        rootFolder,
        overrides: {},
        dependenciesOnly: true,
        variables: {},
        limits: {},
        timeoutMs,
      };
      try {
        const { plan } = await builder.plan(request, signal);
        const { environment, readable } = await builder.build(request, plan, output, signal);
        await removeCommands(executor, `${id}-`, signal);
        return {
          folder: program,
          readable: [folder, ...readable],
          environment: ownEnvironment(environment, folder),
        };
      } catch (error) {
        // One that was interrupted goes on without this run: another may wait for it.
        if (!signal.aborted) await builder.abandon({ id, folder }, signal);
        throw error;
      }
    },

    /** Ends installations of a module, of any commit. */
    end: (key: string, signal: AbortSignal) => removeCommands(executor, moduleCommands(key), signal),
  };
}
