import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { RegistryPackage, Toolchain } from '@davit/build-plan';
import semver from 'semver';
import { builderErrors } from '../builder-errors.ts';
import { linkPrograms } from './link-programs.ts';
import { runTool } from './run-tool.ts';
import { type InstalledToolchain, toolchainTitles } from './toolchain.ts';
import { environmentFile, removeLeftovers } from './toolchain-leftovers.ts';

export interface RegistryOptions {
  /** `toolchains/` of the data folder. */
  folder: string;
  /** Of davit itself: its npm and its python find their registries through it. */
  environment: Readonly<Record<string, string>>;
  signal: AbortSignal;
  say(text: string): void;
}

const separator = '@';

async function installedVersions(folder: string, name: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => [] as string[]);
  const prefix = `${name}${separator}`;
  return entries.filter((entry) => entry.startsWith(prefix)).map((entry) => entry.slice(prefix.length));
}

function fetchFailed(toolchain: Toolchain, why: string, transient: boolean) {
  return builderErrors.BUILD_TOOLCHAIN_FETCH_FAILED({
    message: `${toolchainTitles[toolchain.name]} ${toolchain.wanted} (${toolchain.source}) could not be fetched: ${why}`,
    transient,
  });
}

async function npm(argv: string[], toolchain: Toolchain, cwd: string, options: RegistryOptions): Promise<string> {
  const { environment, signal } = options;
  const { code, stdout, stderr } = await runTool(['npm', ...argv], { environment, signal, cwd });
  if (code === 0) return stdout;
  const line =
    stderr.split('\n').find((text) => text.includes('npm error') && !text.includes('A complete log')) ?? 'npm failed';
  throw fetchFailed(toolchain, line.replace('npm error', '').trim(), !/E404|ETARGET/.test(stderr));
}

async function chooseVersion(
  toolchain: Toolchain,
  source: RegistryPackage,
  cwd: string,
  options: RegistryOptions,
): Promise<string> {
  const answer = await npm(['view', source.name, 'versions', '--json'], toolchain, cwd, options);
  const versions: unknown = JSON.parse(answer);
  const list = Array.isArray(versions) ? versions.map(String) : [String(versions)];
  const best = semver.maxSatisfying(list, toolchain.wanted);
  if (best === null) {
    throw builderErrors.BUILD_TOOLCHAIN_MISSING({
      message: `The source asks for ${toolchainTitles[toolchain.name]} ${toolchain.wanted} (${toolchain.source}); the registry has no such version.`,
    });
  }
  return best;
}

async function fetchFromNpm(toolchain: Toolchain, source: RegistryPackage, options: RegistryOptions): Promise<string> {
  const temporary = await mkdtemp(join(options.folder, '.fetch-'));
  try {
    const version = await chooseVersion(toolchain, source, temporary, options);
    options.say(`Fetching ${toolchainTitles[toolchain.name]} ${version} …`);
    const packed = await npm(
      ['pack', `${source.name}@${version}`, '--silent', '--ignore-scripts'],
      toolchain,
      temporary,
      options,
    );
    const archive = packed.trim().split('\n').at(-1) ?? '';
    await mkdir(join(temporary, 'package'));
    const unpack = ['tar', '-xzf', archive, '-C', 'package', '--strip-components=1', '--no-same-owner'];
    const { code, stderr } = await runTool(unpack, {
      environment: options.environment,
      cwd: temporary,
      signal: options.signal,
    });
    if (code !== 0) throw fetchFailed(toolchain, stderr.trim().split('\n').at(-1) ?? 'tar failed', true);
    await rm(join(temporary, archive));
    const target = join(options.folder, `${toolchain.name}${separator}${version}`);
    await linkPrograms(temporary, target, source.program, toolchain.name);
    await publish(temporary, target);
    return version;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Makes a finished folder visible under its name; whoever comes second keeps the first one's. */
async function publish(temporary: string, target: string): Promise<void> {
  await chmod(temporary, 0o755);
  await rename(temporary, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

/** Tools of Python get an environment of their own, so that none sees another's dependencies. */
async function fetchFromPypi(toolchain: Toolchain, source: RegistryPackage, options: RegistryOptions): Promise<string> {
  // An environment does not like to be moved: it is made where it stays, and is there once a toolchain names it.
  const folder = await mkdtemp(join(options.folder, `.pypi-${source.name}-`));
  try {
    const version = await installFromPypi(folder, toolchain, source, options);
    const target = join(options.folder, `${toolchain.name}${separator}${version}`);
    const temporary = await mkdtemp(join(options.folder, '.fetch-'));
    await mkdir(join(temporary, 'bin'));
    await symlink(join(folder, 'bin', source.program), join(temporary, 'bin', source.program));
    await writeFile(join(temporary, environmentFile), folder);
    await chmod(folder, 0o755);
    await publish(temporary, target);
    await rm(temporary, { recursive: true, force: true });
    return version;
  } finally {
    await removeLeftovers(options.folder, folder);
  }
}

async function installFromPypi(
  folder: string,
  toolchain: Toolchain,
  source: RegistryPackage,
  options: RegistryOptions,
): Promise<string> {
  const { environment, signal } = options;
  const run = async (argv: string[]) => {
    const { code, stdout, stderr } = await runTool(argv, { environment, signal });
    if (code !== 0) throw fetchFailed(toolchain, stderr.trim().split('\n').at(-1) ?? 'pip failed', true);
    return stdout;
  };
  options.say(`Fetching ${toolchainTitles[toolchain.name]} …`);
  await run(['python3', '-m', 'venv', '--copies', folder]);
  const exact = semver.valid(toolchain.wanted);
  const requirement = exact === null ? source.name : `${source.name}==${exact}`;
  const python = join(folder, 'bin', 'python');
  await run([python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement]);
  const probe = 'import sys, importlib.metadata as m; print(m.version(sys.argv[1]))';
  return (await run([python, '-c', probe, source.name])).trim();
}

/** The Node that runs davit serves the applications too where its version fits: nothing is fetched. */
async function adoptOwnNode(toolchain: Toolchain, options: RegistryOptions): Promise<string | undefined> {
  const version = process.versions.node;
  if (toolchain.name !== 'node' || !semver.satisfies(version, toolchain.wanted)) return undefined;
  const target = join(options.folder, `node${separator}${version}`);
  const temporary = await mkdtemp(join(options.folder, '.node-'));
  try {
    await mkdir(join(temporary, 'bin'));
    await copyFile(process.execPath, join(temporary, 'bin', 'node'));
    await chmod(join(temporary, 'bin', 'node'), 0o755);
    await publish(temporary, target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return version;
}

function newest(versions: readonly string[], wanted: string): string | undefined {
  const fitting = versions.filter((version) => semver.satisfies(semver.coerce(version) ?? version, wanted));
  return fitting.sort((a, b) => semver.compare(semver.coerce(b) ?? b, semver.coerce(a) ?? a))[0];
}

/**
 * A toolchain from its package registry, fetched once. A version that is here and fits is taken without asking anybody, so that
 * a deployment neither waits for the registry nor changes its toolchain by itself.
 */
export async function fetchToolchain(
  toolchain: Toolchain,
  source: RegistryPackage,
  options: RegistryOptions,
): Promise<InstalledToolchain> {
  await mkdir(options.folder, { recursive: true, mode: 0o755 });
  const fetch = async (...call: Parameters<typeof fetchFromNpm>) => {
    await removeLeftovers(options.folder);
    return await (source.registry === 'npm' ? fetchFromNpm : fetchFromPypi)(...call);
  };
  const version =
    newest(await installedVersions(options.folder, toolchain.name), toolchain.wanted) ??
    (await adoptOwnNode(toolchain, options)) ??
    (await fetch(toolchain, source, options));
  const folder = join(options.folder, `${toolchain.name}${separator}${version}`);
  // One that nobody used for long is removed, see unused-toolchains.ts.
  const now = new Date();
  await utimes(folder, now, now);
  const environment = await readFile(join(folder, environmentFile), 'utf8').catch(() => undefined);
  return {
    name: toolchain.name,
    version,
    binFolders: [join(folder, 'bin')],
    readable: environment === undefined ? [folder] : [folder, environment],
  };
}
