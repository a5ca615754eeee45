import {
  ambiguousStart,
  type Detection,
  type DetectionContext,
  firstExisting,
  type LanguageDetector,
  web,
} from '../../detection.ts';
import type { PlanStep } from '../../plan.ts';
import { PlanError } from '../../plan-error.ts';
import { joinInside, type SourceFolder } from '../../source-folder.ts';
import type { FrameworkPlan } from './framework.ts';
import { planInstall, usesPlugAndPlay } from './install.ts';
import type { NodeManifest } from './manifest.ts';
import { findNodeStart } from './node-start.ts';
import { findNode, runsTypeScript } from './node-version.ts';
import { addNpm } from './npm-toolchain.ts';
import { findPackageManager, type PackageManager } from './package-manager.ts';
import { isDevelopmentServer, runScript, runScriptIn } from './scripts.ts';
import { serverFrameworks } from './server-frameworks.ts';
import { siteFrameworks } from './site-frameworks.ts';
import { type NodeProject, neededMembers, readNodeProject } from './workspace.ts';

/** JavaScript and TypeScript on Node: packages, workspaces, frameworks, and files without a package.json. */
export const node: LanguageDetector = { language: 'node', detect };

async function detect(context: DetectionContext): Promise<Detection | undefined> {
  const project = await readNodeProject(context.source, context.repository);
  if (project === undefined) return detectBareFile(context.source);
  const own = await detectPackage(context.source, project);
  if (own.start.kind !== 'unknown' || project.members.length === 0) return own;
  return (await detectOnlyMember(context, project)) ?? own;
}

async function detectPackage(source: SourceFolder, project: NodeProject): Promise<Detection> {
  const { manifest } = project;
  const toolchain = await findNode(source, project);
  const manager = await findPackageManager(project);
  const isPnp = manager.isBerry && (await usesPlugAndPlay(project));
  const install = await planInstall(project, manager);
  const framework = [...serverFrameworks, ...siteFrameworks].find(({ package: name }) =>
    manifest.dependencies.has(name),
  );
  const frameworkPlan = await framework?.plan(source, manifest);
  const start = await findNodeStart(source, manifest, manager, toolchain, frameworkPlan, isPnp);
  const build = planBuild(source, project, manager, frameworkPlan);
  return {
    language: 'node',
    framework: framework?.name ?? null,
    packageManager: manager.name,
    toolchains: addNpm(
      [toolchain, ...(manager.toolchain === undefined ? [] : [manager.toolchain])],
      // Scripts of all packages, since any of them may be run on the way.
      manager.name === 'npm'
        ? []
        : [project.rootManifest, manifest, ...project.members].flatMap((one) => Object.values(one.scripts)),
    ),
    steps: [...(install.step === undefined ? [] : [install.step]), ...build.steps],
    start: start.start,
    environment: { NODE_ENV: 'production', ...frameworkPlan?.environment },
    pathFolders: pathFolders(source, project, install.step !== undefined),
    reasons: [
      ...(framework === undefined ? [] : [`The dependency ${framework.package} says ${framework.name}.`]),
      ...install.reasons,
      ...build.reasons,
      ...(start.start.kind === 'static' ? (frameworkPlan?.reasons ?? []) : []),
      ...start.reasons,
    ],
    warnings: [...manager.warnings, ...install.warnings, ...start.warnings],
  };
}

function pathFolders(source: SourceFolder, project: NodeProject, hasInstall: boolean): string[] {
  if (!hasInstall) return [];
  const depth =
    source.folder === project.installRoot.folder
      ? 0
      : source.folder.split('/').length -
        (project.installRoot.folder === '.' ? 0 : project.installRoot.folder.split('/').length);
  return ['node_modules/.bin', ...(depth > 0 ? [`${'../'.repeat(depth)}node_modules/.bin`] : [])];
}

function planBuild(
  source: SourceFolder,
  project: NodeProject,
  manager: PackageManager,
  framework: FrameworkPlan | undefined,
): { steps: PlanStep[]; reasons: string[] } {
  const make = (folder: string, commands: string[][], caches: string[], reason: string): PlanStep => ({
    name: 'build',
    folder,
    commands,
    cacheInputs: [],
    cacheFolders: caches,
    homeCacheFolders: [],
    cacheMode: 'incremental',
    reason,
    environment: {},
  });
  const steps: PlanStep[] = [];
  const reasons: string[] = [];
  const prerequisites = neededMembers(project).filter((member) => member.scripts['build'] !== undefined);
  if (prerequisites.length > 0) {
    const relative = (member: NodeManifest) =>
      project.installRoot.folder === '.' ? member.folder : member.folder.slice(project.installRoot.folder.length + 1);
    const commands = prerequisites.map((member) => runScriptIn(manager, relative(member), 'build'));
    const names = prerequisites.map((member) => member.name ?? member.folder).join(', ');
    steps.push(
      make(project.installRoot.folder, commands, [], `Packages of the workspace that the service needs: ${names}.`),
    );
    reasons.push(
      `${names} of the workspace ${prerequisites.length === 1 ? 'is' : 'are'} needed by the service and built before it.`,
    );
  }
  const script = project.manifest.scripts['build'];
  const command = script === undefined ? framework?.build : runScript(manager, 'build');
  if (command !== undefined) {
    const reason = script === undefined ? `${command.join(' ')} builds it.` : 'The script "build" of package.json.';
    const caches = (framework?.buildCaches ?? []).map((folder) => joinInside(source.folder, folder));
    const runnable = script === undefined && manager.isBerry ? [...manager.command, 'run', ...command] : command;
    steps.push(make(source.folder, [runnable], caches, reason));
    reasons.push(
      script === undefined
        ? `No script "build": ${command.join(' ')} builds it.`
        : `package.json has a script "build" (${script}).`,
    );
  }
  return { steps, reasons };
}

/** The root of a workspace starts nothing itself: when exactly one member does, that one is meant. */
async function detectOnlyMember(context: DetectionContext, project: NodeProject): Promise<Detection | undefined> {
  const applications = project.members.filter((member) => isApplication(member));
  const [only] = applications;
  if (only === undefined || only.folder === context.source.folder) return undefined;
  if (applications.length > 1) {
    const folders = applications.map((member) => member.folder);
    const self = await detectPackage(context.source, project);
    return {
      ...self,
      start: ambiguousStart(
        'packages of the workspace',
        folders,
        `Set the root folder of the service to one of them, such as ${only.folder}.`,
      ),
    };
  }
  const source = context.repository.within(only.folder);
  const detection = await detectPackage(source, { ...project, manifest: only });
  return {
    ...detection,
    rootFolder: only.folder,
    reasons: [`${only.folder} is the only package of the workspace that can be started.`, ...detection.reasons],
  };
}

function isApplication(member: NodeManifest): boolean {
  const start = member.scripts['start:prod'] ?? member.scripts['start'];
  if (start !== undefined && !isDevelopmentServer(start)) return true;
  // A library is often built and tried with Vite; an application of a framework is one by its script for development.
  const isFramework = [...serverFrameworks, ...siteFrameworks].some((framework) =>
    member.dependencies.has(framework.package),
  );
  return isFramework && (start !== undefined || member.scripts['dev'] !== undefined);
}

/** A file that says by its name that it is a server, and nothing else. */
async function detectBareFile(source: SourceFolder): Promise<Detection | undefined> {
  const names = ['server', 'index', 'app', 'main'];
  const file = await firstExisting(
    source,
    ['js', 'mjs', 'cjs', 'ts', 'mts'].flatMap((extension) => names.map((name) => `${name}.${extension}`)),
  );
  if (file === undefined) return undefined;
  // A page with its script is a site, not a server.
  if ((await source.exists('index.html')) && !file.startsWith('server.')) return undefined;
  const project = {
    manifest: emptyManifest(source),
    installRoot: source,
    rootManifest: emptyManifest(source),
    members: [],
  };
  const toolchain = await findNode(source, project);
  if (/\.m?ts$/.test(file) && !runsTypeScript(toolchain)) {
    throw new PlanError('PLAN_NO_START', `${file} is TypeScript, which Node ${toolchain.wanted} cannot run.`, {
      hint: `Ask for Node 24 in ${toolchain.source}, or add a build to package.json.`,
      path: file,
    });
  }
  const reason = `${file} is there.`;
  return {
    language: 'node',
    framework: null,
    packageManager: null,
    toolchains: [toolchain],
    steps: [],
    start: web(['node', file], reason),
    environment: { NODE_ENV: 'production' },
    pathFolders: [],
    reasons: [`${reason} There is no package.json: nothing to install, node ${file} starts it.`],
    warnings: [],
  };
}

function emptyManifest(source: SourceFolder): NodeManifest {
  return {
    path: joinInside(source.folder, 'package.json'),
    folder: source.folder,
    name: undefined,
    main: undefined,
    scripts: {},
    dependencies: new Set(),
    workspaces: undefined,
    packageManager: undefined,
    engines: {},
    volta: {},
    devEngines: {},
  };
}
