import { userCommand } from './command-line.ts';
import { type Detection, type DetectionContext, stepIn } from './detection.ts';
import { languages } from './languages/languages.ts';
import { node } from './languages/node/node.ts';
import { addNpm } from './languages/node/npm-toolchain.ts';
import type { BuildOverrides, BuildPlan, PlanProcess, PlanStep } from './plan.ts';
import { PlanError } from './plan-error.ts';
import { type ProcfileEntry, parseProcfile } from './procfile.ts';
import { joinInside, openSourceFolder, type SourceFolder } from './source-folder.ts';
import { textOf, valueAt } from './unknown-value.ts';

/**
 * Reads a folder of source and says how it is installed, built and started. Starts no process, opens no connection, changes
 * nothing. What the user set wins over a Procfile, which wins over what is detected. Throws {@link PlanError}.
 */
export async function detectPlan(root: string, overrides: BuildOverrides = {}): Promise<BuildPlan> {
  const repository = openSourceFolder(root);
  const source = await openService(repository, textOf(overrides.rootFolder));
  const context = { source, repository };
  const procfile = parseProcfile((await source.readText('Procfile')) ?? '', joinInside(source.folder, 'Procfile'));
  const hasStart = textOf(overrides.startCommand) !== undefined || procfile.some((entry) => entry.name !== 'release');
  const detection = (await detectLanguage(context)) ?? (hasStart ? bare() : undefined);
  if (detection === undefined) throw await notDetected(source);
  const withAssets = await addAssets(context, detection);
  return assemble(source, withAssets, procfile, overrides, await dockerfileReasons(source));
}

async function openService(repository: SourceFolder, rootFolder: string | undefined): Promise<SourceFolder> {
  if (rootFolder === undefined) return repository;
  if (rootFolder.split('/').includes('..')) {
    throw new PlanError('PLAN_PATH_OUTSIDE', `The root folder ${JSON.stringify(rootFolder)} must not contain "..".`, {
      hint: 'Use a relative path without a way out, such as apps/web.',
      path: rootFolder,
    });
  }
  const service = repository.within(rootFolder);
  if ((await repository.kindOf(service.folder)) === 'folder') return service;
  throw new PlanError('PLAN_FOLDER_MISSING', `The root folder ${service.folder} is not a folder of the source.`, {
    hint: 'Correct the root folder of the service; it is relative to the root of the repository.',
    path: service.folder,
  });
}

async function detectLanguage(context: DetectionContext): Promise<Detection | undefined> {
  for (const language of languages) {
    const detection = await language.detect(context);
    if (detection !== undefined) return detection;
  }
  return undefined;
}

/** Nothing is known but what the user says is to be started. */
function bare(): Detection {
  return {
    language: 'shell',
    framework: null,
    packageManager: null,
    toolchains: [],
    steps: [],
    start: { kind: 'processes', processes: [] },
    environment: {},
    pathFolders: [],
    reasons: ['No language is recognised: only the given commands are run.'],
    warnings: [],
  };
}

async function notDetected(source: SourceFolder): Promise<PlanError> {
  if (await source.exists('Dockerfile')) {
    return new PlanError(
      'PLAN_DOCKERFILE_ONLY',
      'Only a Dockerfile is here, and building one needs the Docker runtime.',
      {
        hint: 'An operator sets RUNTIME=docker on a host with Docker; or set the start command of the service so that it runs without an image.',
        path: joinInside(source.folder, 'Dockerfile'),
      },
    );
  }
  const entries = (await source.list()).map((entry) => (entry.kind === 'folder' ? `${entry.name}/` : entry.name));
  const shown = entries.length === 0 ? 'nothing' : entries.slice(0, 12).join(', ') + (entries.length > 12 ? ', …' : '');
  return new PlanError('PLAN_NOT_DETECTED', `Nothing in ${source.folder} says how it is started. It holds ${shown}.`, {
    hint: 'Add a package.json, requirements.txt, go.mod, Cargo.toml, pom.xml, Gemfile, composer.json, deno.json, index.html, start.sh or Procfile, or set the start command or the root folder of the service.',
  });
}

/** Assets of an application in another language: its package.json has a script "build", and its result is only files. */
async function addAssets(context: DetectionContext, main: Detection): Promise<Detection> {
  if (!['php', 'ruby', 'python', 'go', 'java'].includes(main.language)) return main;
  const manifest = await context.source.readJson('package.json');
  const hasDependencies = valueAt(manifest, 'dependencies') ?? valueAt(manifest, 'devDependencies');
  if (hasDependencies === undefined && textOf(valueAt(manifest, 'scripts', 'build')) === undefined) return main;
  const assets = await node.detect(context);
  if (assets === undefined) return main;
  const hasScript = textOf(valueAt(manifest, 'scripts', 'build')) !== undefined;
  const installs = assets.steps.filter((step) => step.name === 'install');
  const builds = hasScript ? assets.steps.filter((step) => step.name === 'build') : [];
  return {
    ...main,
    toolchains: [...main.toolchains, ...assets.toolchains],
    // Assets before the program: Go embeds them, Django and Rails collect them.
    steps: [
      ...main.steps.filter((step) => step.name === 'install'),
      ...installs,
      ...builds,
      ...main.steps.filter((step) => step.name === 'build'),
    ],
    environment: { ...assets.environment, ...main.environment },
    pathFolders: [...main.pathFolders, ...assets.pathFolders],
    reasons: [
      ...main.reasons,
      `package.json is there too: its assets are ${hasScript ? 'built' : 'installed'} with ${assets.packageManager}.`,
    ],
    warnings: [...main.warnings, ...assets.warnings],
  };
}

async function dockerfileReasons(source: SourceFolder): Promise<string[]> {
  return (await source.exists('Dockerfile'))
    ? ['A Dockerfile is there; it is for the Docker runtime and not read here.']
    : [];
}

function assemble(
  source: SourceFolder,
  detection: Detection,
  procfile: ProcfileEntry[],
  overrides: BuildOverrides,
  notes: string[],
): BuildPlan {
  const { start, rootFolder = source.folder, ...rest } = detection;
  const steps = overrideSteps(source, detection.steps, overrides);
  const chosen = chooseProcesses(detection, procfile, textOf(overrides.startCommand));
  const release = procfile.find((entry) => entry.name === 'release');
  const commands = [
    ...steps.steps.flatMap((step) => step.commands),
    ...chosen.processes.map((process) => process.argv),
  ];
  return {
    ...rest,
    toolchains: addNpm(detection.toolchains, [...commands.flat(), release?.command ?? '']),
    rootFolder,
    steps: steps.steps,
    processes: chosen.processes,
    release: release === undefined ? null : userCommand(release.command),
    staticSite: chosen.isDetected && start.kind === 'static' ? start.site : null,
    reasons: [
      ...detection.reasons,
      ...steps.reasons,
      ...chosen.reasons,
      ...(release === undefined
        ? []
        : ['Procfile has a line "release": it runs after the build and before the start.']),
      ...notes,
    ],
    warnings: detection.warnings,
  };
}

interface ChosenProcesses {
  processes: PlanProcess[];
  isDetected: boolean;
  reasons: string[];
}

function chooseProcesses(
  detection: Detection,
  procfile: ProcfileEntry[],
  startCommand: string | undefined,
): ChosenProcesses {
  const fromUser = (name: string, command: string, reason: string): PlanProcess => ({
    name,
    argv: userCommand(command),
    artifact: null,
    reason,
  });
  const lines = procfile
    .filter((entry) => entry.name !== 'release')
    .map((entry) => fromUser(entry.name, entry.command, `The line "${entry.name}" of Procfile.`));
  if (startCommand !== undefined) {
    const own = fromUser('web', startCommand, 'The start command of the service.');
    const others = lines.filter((process) => process.name !== 'web');
    return {
      processes: [own, ...others],
      isDetected: false,
      reasons: ['The start command of the service decides what is started.'],
    };
  }
  if (lines.length > 0) {
    const names = lines.map((process) => process.name).join(', ');
    return { processes: lines, isDetected: false, reasons: [`Procfile decides what is started: ${names}.`] };
  }
  if (detection.start.kind === 'unknown') throw detection.start.problem;
  return {
    processes: detection.start.kind === 'processes' ? detection.start.processes : [],
    isDetected: true,
    reasons: [],
  };
}

/** The user's command takes the place of all detected commands of its name; what is kept between builds stays the same. */
function overrideSteps(
  source: SourceFolder,
  detected: PlanStep[],
  overrides: BuildOverrides,
): { steps: PlanStep[]; reasons: string[] } {
  const reasons: string[] = [];
  const replace = (name: PlanStep['name'], command: string | undefined): PlanStep[] => {
    const steps = detected.filter((step) => step.name === name);
    if (command === undefined) return steps;
    reasons.push(`The ${name} command of the service replaces what was detected.`);
    return [
      {
        ...stepIn(source, { name, commands: [userCommand(command)], reason: `The ${name} command of the service.` }),
        // Nobody knows what the command reads, so nothing is skipped on its account: folders are restored and it runs.
        cacheFolders: [...new Set(steps.flatMap((step) => step.cacheFolders))],
        homeCacheFolders: [...new Set(steps.flatMap((step) => step.homeCacheFolders))],
        environment: Object.assign({}, ...steps.map((step) => step.environment)) as Record<string, string>,
      },
    ];
  };
  const install = replace('install', textOf(overrides.installCommand));
  const build = replace('build', textOf(overrides.buildCommand));
  return { steps: [...install, ...build], reasons };
}
