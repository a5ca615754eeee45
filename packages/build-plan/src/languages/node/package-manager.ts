import semver from 'semver';
import { firstExisting } from '../../detection.ts';
import type { Toolchain } from '../../plan.ts';
import { invalidFile } from '../../plan-error.ts';
import type { SourceFolder } from '../../source-folder.ts';
import { recordOf, textOf, valueAt } from '../../unknown-value.ts';
import type { NodeProject } from './workspace.ts';

export type ManagerName = 'npm' | 'pnpm' | 'yarn' | 'bun';

export interface PackageManager {
  name: ManagerName;
  /** Yarn 2 and newer, which is another program under the same name. */
  isBerry: boolean;
  /** The lockfile, relative to the install root. */
  lockfile: string | undefined;
  /** How it is called: a name on PATH, or Node with a file that the repository brings. */
  command: string[];
  /** What must be there besides Node. */
  toolchain: Toolchain | undefined;
  reason: string;
  warnings: string[];
}

/** In order of precedence when several are there and package.json does not decide. */
const LOCKFILES: Readonly<Record<ManagerName, string[]>> = {
  pnpm: ['pnpm-lock.yaml'],
  yarn: ['yarn.lock'],
  bun: ['bun.lock', 'bun.lockb'],
  npm: ['npm-shrinkwrap.json', 'package-lock.json'],
};

/**
 * Which package manager installs: the one that package.json names (`packageManager`, `devEngines`), else the one whose lockfile is
 * there, else npm. A named one without a lockfile gives way to a lockfile: what was tested counts for more than what was meant.
 */
export async function findPackageManager(project: NodeProject): Promise<PackageManager> {
  const root = project.installRoot;
  const lockfiles: [ManagerName, string][] = [];
  for (const [name, files] of Object.entries(LOCKFILES) as [ManagerName, string[]][]) {
    const lockfile = await firstExisting(root, files);
    if (lockfile !== undefined) lockfiles.push([name, lockfile]);
  }
  const named = namedManager(project);
  const warnings: string[] = [];
  const ownLock = lockfiles.find(([name]) => name === named?.name);
  const [lockName, lockfile] = ownLock ?? lockfiles[0] ?? [];
  if (named !== undefined && lockName !== undefined && lockName !== named.name) {
    warnings.push(`package.json names ${named.name}, but the only lockfile is ${lockfile}: ${lockName} installs.`);
  } else if (lockfiles.length > 1) {
    warnings.push(
      `Several lockfiles (${lockfiles.map(([, file]) => file).join(', ')}): ${lockfile} is used. Remove the others.`,
    );
  }
  const name = lockName ?? named?.name ?? 'npm';
  const agreed = named?.name === name ? named : undefined;
  const isBerry = name === 'yarn' && (await isBerryProject(root, lockfile, agreed?.version));
  const own = name === 'yarn' ? await findOwnYarn(root) : undefined;
  const toolchain = own === undefined ? await toolchainOf(name, root, project, isBerry, lockfile, agreed) : undefined;
  return {
    name,
    isBerry,
    lockfile,
    command: own === undefined ? [name] : ['node', own],
    toolchain,
    reason:
      agreed !== undefined
        ? `${agreed.source} says ${name}${agreed.version === undefined ? '' : ` ${agreed.version}`}`
        : lockfile !== undefined
          ? `${lockfile} says ${name}`
          : 'npm comes with Node',
    warnings,
  };
}

interface NamedManager {
  name: ManagerName;
  version: string | undefined;
  source: string;
}

function namedManager(project: NodeProject): NamedManager | undefined {
  for (const manifest of new Set([project.rootManifest, project.manifest])) {
    if (manifest.packageManager !== undefined) {
      const [, name, version] = /^(npm|pnpm|yarn|bun)(?:@([^+]+))?(?:\+.*)?$/.exec(manifest.packageManager) ?? [];
      if (name === undefined || (version !== undefined && semver.validRange(version) === null)) {
        throw invalidFile(manifest.path, '"packageManager" must read npm, pnpm, yarn or bun, @ and a version');
      }
      return { name: name as ManagerName, version, source: `${manifest.path} packageManager` };
    }
    const entry = [valueAt(manifest.devEngines, 'packageManager')].flat().map(recordOf)[0];
    const name = textOf(entry?.['name']);
    if (name !== undefined && Object.hasOwn(LOCKFILES, name)) {
      const version = textOf(entry?.['version']);
      return {
        name: name as ManagerName,
        version: semver.validRange(version ?? '*') === null ? undefined : version,
        source: `${manifest.path} devEngines`,
      };
    }
  }
  return undefined;
}

async function isBerryProject(root: SourceFolder, lockfile: string | undefined, version: string | undefined) {
  if (version !== undefined) return !semver.intersects(version, '1.x');
  if (lockfile === undefined) return root.exists('.yarnrc.yml');
  return /^__metadata:/m.test((await root.readStart(lockfile, 4096)) ?? '');
}

/** Yarn that the repository brings along (`yarnPath`): exactly the one that wrote the lockfile. */
async function findOwnYarn(root: SourceFolder): Promise<string | undefined> {
  const path = textOf(valueAt(await root.readYaml('.yarnrc.yml'), 'yarnPath'));
  return path !== undefined && (await root.kindOf(path)) === 'file' ? path : undefined;
}

async function toolchainOf(
  name: ManagerName,
  root: SourceFolder,
  project: NodeProject,
  isBerry: boolean,
  lockfile: string | undefined,
  named: NamedManager | undefined,
): Promise<Toolchain | undefined> {
  const make = (wanted: string, source: string): Toolchain => ({ name, wanted, source, from: 'registry' });
  if (named?.version !== undefined) return make(named.version, named.source);
  if (name === 'npm') return undefined;
  const engine = textOf(project.rootManifest.engines[name]);
  if (engine !== undefined && semver.validRange(engine) !== null)
    return make(engine, `${project.rootManifest.path} engines`);
  const start = lockfile === undefined ? '' : ((await root.readStart(lockfile, 4096)) ?? '');
  if (name === 'pnpm') return make(...pnpmOfLockfile(start));
  if (name === 'bun') return make('1.x', 'default');
  if (!isBerry) return make('1.22.x', lockfile ?? 'default');
  const version = Number(/^__metadata:\s+version: (\d+)/m.exec(start)?.[1] ?? 8);
  return make(version >= 8 ? '4.x' : '3.x', lockfile === undefined ? 'default' : `${lockfile} version ${version}`);
}

/** The newest pnpm that keeps a lockfile's format: a newer one would refuse it under --frozen-lockfile. */
function pnpmOfLockfile(start: string): [string, string] {
  const version = /^lockfileVersion: '?([\d.]+)'?/m.exec(start)?.[1];
  if (version === undefined) return ['10.x', 'default'];
  const source = `pnpm-lock.yaml version ${version}`;
  if (version.startsWith('5.')) return ['7.x', source];
  return version.startsWith('6.') ? ['8.x', source] : ['10.x', source];
}
