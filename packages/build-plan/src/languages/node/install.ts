import { existing } from '../../detection.ts';
import type { PlanStep } from '../../plan.ts';
import { joinInside } from '../../source-folder.ts';
import { textOf, valueAt } from '../../unknown-value.ts';
import type { ManagerName, PackageManager } from './package-manager.ts';
import type { NodeProject } from './workspace.ts';

/** Settings and patches that change what an install makes. */
const INSTALL_FILES = [
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  'bunfig.toml',
  'pnpm-workspace.yaml',
  '.pnpmfile.cjs',
  '.pnpmfile.mjs',
  'patches',
  '.yarn/patches',
  '.yarn/plugins',
];
/** The client that Prisma writes into node_modules at install time is made from these. */
const PRISMA_FILES = ['prisma', 'schema.prisma', 'prisma.config.ts'];
const HOME_CACHES: Readonly<Record<ManagerName, string[]>> = {
  npm: ['.npm'],
  pnpm: ['.local/share/pnpm/store', '.cache/pnpm'],
  yarn: ['.cache/yarn', '.yarn/berry'],
  bun: ['.bun/install/cache'],
};
/** Scripts around an install that set up a developer's Git hooks: nothing in a build depends on them. */
const HOOK_TOOLS = /^\s*(?:npx\s+)?(?:husky|lefthook|simple-git-hooks|is-ci)\b/;

/**
 * The install step, or why there is none. Dev dependencies are always installed, by a flag, since a user's NODE_ENV=production
 * would leave out what the build needs.
 */
export async function planInstall(
  project: NodeProject,
  manager: PackageManager,
): Promise<{ step: PlanStep | undefined; reasons: string[]; warnings: string[] }> {
  const packages = [project.rootManifest, ...project.members];
  const hasDependencies = packages.some((manifest) => manifest.dependencies.size > 0);
  const ownScripts = packages.flatMap((manifest) => ownInstallScripts(manifest.scripts));
  if (!hasDependencies && ownScripts.length === 0) {
    return {
      step: undefined,
      reasons: ['package.json names no dependencies: there is nothing to install.'],
      warnings: [],
    };
  }
  const at = (path: string) => joinInside(project.installRoot.folder, path);
  const isPnp = manager.isBerry && (await usesPlugAndPlay(project));
  const cacheInputs = [
    ...(manager.lockfile === undefined ? [] : [at(manager.lockfile)]),
    ...packages.map((manifest) => manifest.path),
    ...(await existing(project.installRoot, INSTALL_FILES)).map(at),
    ...(await prismaFiles(project)),
    // The project's own scripts may read anything: only an identical source makes an identical install.
    ...(ownScripts.length > 0 ? ['.'] : []),
  ];
  const isExact = manager.lockfile !== undefined && !isPnp;
  const step: PlanStep = {
    name: 'install',
    folder: project.installRoot.folder,
    commands: [[...manager.command, ...installArguments(manager)]],
    cacheInputs: [...new Set(cacheInputs)],
    cacheFolders: isPnp
      ? [at('.yarn/cache'), at('.yarn/unplugged')]
      : packages.map((manifest) => joinInside(manifest.folder, 'node_modules')),
    homeCacheFolders: HOME_CACHES[manager.name],
    cacheMode: isExact ? 'exact' : 'incremental',
    reason:
      manager.lockfile === undefined
        ? 'Dependencies without a lockfile.'
        : `Dependencies as ${manager.lockfile} has them.`,
    environment: {
      CI: 'true',
      HUSKY: '0',
      NPM_CONFIG_UPDATE_NOTIFIER: 'false',
      ...(manager.isBerry && isPnp ? { YARN_ENABLE_GLOBAL_CACHE: 'false' } : {}),
    },
  };
  return {
    step,
    reasons: [
      `${manager.reason}: ${step.commands[0]?.join(' ')} installs the dependencies${project.members.length > 0 ? ` of the workspace (${packages.length} packages)` : ''}.`,
      ...(ownScripts.length > 0
        ? [`The script ${ownScripts[0]} runs with the install, so the install is reused only for an identical source.`]
        : []),
    ],
    warnings:
      manager.lockfile === undefined && hasDependencies
        ? [
            'There is no lockfile: every build may install other versions. Run the install once and commit the lockfile.',
          ]
        : [],
  };
}

function installArguments(manager: PackageManager): string[] {
  const isLocked = manager.lockfile !== undefined;
  const whenLocked = (argument: string) => (isLocked ? [argument] : []);
  if (manager.isBerry) return ['install', isLocked ? '--immutable' : '--no-immutable'];
  const byName: Record<ManagerName, string[]> = {
    npm: [isLocked ? 'ci' : 'install', '--include=dev', '--no-audit', '--no-fund'],
    pnpm: ['install', isLocked ? '--frozen-lockfile' : '--no-frozen-lockfile', '--prod=false'],
    yarn: ['install', ...whenLocked('--frozen-lockfile'), '--production=false', '--non-interactive'],
    bun: ['install', ...whenLocked('--frozen-lockfile')],
  };
  return byName[manager.name];
}

function ownInstallScripts(scripts: Record<string, string>): string[] {
  return ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare'].filter(
    (name) => scripts[name] !== undefined && !HOOK_TOOLS.test(scripts[name]),
  );
}

/** Whether modules stay in archives (Yarn's default since 2) rather than in node_modules. */
export async function usesPlugAndPlay(project: NodeProject): Promise<boolean> {
  const linker = textOf(valueAt(await project.installRoot.readYaml('.yarnrc.yml'), 'nodeLinker'));
  return linker === undefined || linker === 'pnp';
}

async function prismaFiles(project: NodeProject): Promise<string[]> {
  const found: string[] = [];
  for (const manifest of [project.rootManifest, ...project.members]) {
    if (!manifest.dependencies.has('@prisma/client')) continue;
    const folder =
      manifest.folder === project.installRoot.folder
        ? '.'
        : manifest.folder.slice(project.installRoot.folder === '.' ? 0 : project.installRoot.folder.length + 1);
    const files = await existing(project.installRoot.within(folder), PRISMA_FILES);
    found.push(...files.map((file) => joinInside(manifest.folder, file)));
  }
  return found;
}
