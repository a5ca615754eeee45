import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, constants, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { failed, wrongUsage } from '../command-line/cli-error.ts';

/** A provider's plugin that every stack of this machine finds. */
export interface Plugin {
  name: string;
  version: string;
  folder: string;
}

export interface PluginSource {
  /** An archive as Pulumi publishes it, a folder or a program. */
  file?: string | undefined;
  /** Where to download it from, in place of the provider's own releases. */
  server?: string | undefined;
}

const namePattern = /^[a-z][a-z0-9-]{0,62}$/;
const versionPattern = /^v?(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]{1,60})?)$/;
const folderPattern = /^resource-(?<name>[a-z][a-z0-9-]*)-v(?<version>\d.*)$/;
/** Where scripts/setup builds Pulumi. */
const built = fileURLToPath(new URL('../../../../.cache/tools/pulumi-3.200.0', import.meta.url));

function judge(name: string, version: string): { name: string; version: string } {
  const number = versionPattern.exec(version)?.[1];
  if (!namePattern.test(name)) throw wrongUsage(`"${name}" is no name of a plugin.`, { hint: 'Such as aws or gcp.' });
  if (number === undefined) throw wrongUsage(`"${version}" is no version.`, { hint: 'Such as 7.48.0.' });
  return { name, version: number };
}

async function findPulumi(path: string): Promise<string> {
  for (const folder of [...path.split(delimiter).filter((each) => each.startsWith('/')), built]) {
    const program = join(folder, 'pulumi');
    const runs = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return program;
  }
  throw failed('Pulumi is not installed here.', { hint: 'Install it: https://www.pulumi.com/docs/install' });
}

/** Everybody reads, and runs what its owner runs: stacks have users of their own. */
async function openToAll(path: string): Promise<void> {
  const status = await lstat(path);
  if (status.isSymbolicLink()) return;
  const runs = status.isDirectory() || (status.mode & 0o100) !== 0;
  await chmod(path, (status.mode & 0o700) | (runs ? 0o055 : 0o044));
  if (status.isDirectory()) for (const name of await readdir(path)) await openToAll(join(path, name));
}

/** The plugins that the server of this data folder shows to all stacks; they can only read them. */
export function createPluginCache({ dataDir, variables }: { dataDir: string; variables: NodeJS.ProcessEnv }) {
  const home = join(dataDir, 'pulumi');
  const plugins = join(home, 'plugins');

  async function runPulumi(args: readonly string[], note: (line: string) => void): Promise<void> {
    const program = await findPulumi(variables['PATH'] ?? '');
    const env = { ...variables, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: 'true' };
    const child = spawn(program, [...args, '--non-interactive', '--color', 'never'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [said, complaint, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    for (const line of said.split('\n').filter((each) => each.trim() !== '')) note(line);
    if (code === 0) return;
    const cause = complaint.trim().split('\n').at(-1) ?? '';
    throw failed(`Pulumi did not do it: ${cause.replace(/^error: /, '')}`, {
      hint: 'Without a way to the download, give the archive with --file, or a mirror with --server.',
    });
  }

  async function list(): Promise<Plugin[]> {
    const names = await readdir(plugins).catch(() => [] as string[]);
    const found = names.flatMap((folder) => {
      const groups = folderPattern.exec(folder)?.groups;
      // Pulumi leaves these beside a plugin until all of it is there.
      if (groups === undefined || /\.(?:partial|lock)$/.test(folder) || names.includes(`${folder}.partial`)) return [];
      return [{ name: groups['name'] ?? '', version: groups['version'] ?? '', folder: join(plugins, folder) }];
    });
    return found.sort((a, b) => `${a.name} ${a.version}`.localeCompare(`${b.name} ${b.version}`));
  }

  return {
    list,

    /** Installs it anew where it is there already. */
    async add(
      given: string,
      givenVersion: string,
      { file, server }: PluginSource,
      note: (line: string) => void,
    ): Promise<Plugin> {
      const { name, version } = judge(given, givenVersion);
      if (server !== undefined && !/^https?:\/\//.test(server)) {
        throw wrongUsage(`"${server}" is no address of a server.`, {
          hint: 'Such as https://mirror.example.org/pulumi.',
        });
      }
      if (file !== undefined && (await lstat(file).catch(() => undefined)) === undefined) {
        throw wrongUsage(`There is no file ${file}.`);
      }
      await mkdir(plugins, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
        throw failed(`${plugins} cannot be made: ${error.message}`, {
          hint: 'Run this as the user that davit runs as.',
        });
      });
      for (const folder of [home, plugins]) await chmod(folder, 0o755);
      const from = file === undefined ? [] : [`--file=${file}`];
      const of = server === undefined ? [] : [`--server=${server}`];
      await runPulumi(['plugin', 'install', 'resource', name, version, '--exact', '--reinstall', ...from, ...of], note);
      const plugin = (await list()).find((each) => each.name === name && each.version === version);
      if (plugin === undefined) throw failed(`Pulumi said nothing, and ${name} ${version} is not there.`);
      await openToAll(plugin.folder);
      return plugin;
    },

    /** Stacks that run with it now go on until they look for it again. */
    async remove(given: string, givenVersion: string): Promise<Plugin> {
      const { name, version } = judge(given, givenVersion);
      const plugin = (await list()).find((each) => each.name === name && each.version === version);
      if (plugin === undefined) {
        throw failed(`There is no plugin ${name} ${version}.`, { hint: 'See `davit admin plugins list`.' });
      }
      await rm(plugin.folder, { recursive: true, force: true });
      return plugin;
    },
  };
}
