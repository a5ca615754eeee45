import { existing, stepIn } from '../../detection.ts';
import type { PlanStep, Toolchain } from '../../plan.ts';
import type { SourceFolder } from '../../source-folder.ts';
import { recordOf, valueAt } from '../../unknown-value.ts';
import {
  dependenciesOfPipfile,
  dependenciesOfPyproject,
  dependenciesOfRequirements,
  type PythonDependencies,
  projectName,
} from './python-dependencies.ts';

/** The interpreter of the environment that every manager is told to make in the service's own folder. */
export const VENV_PYTHON = '.venv/bin/python';

/**
 * Makes the scripts of `.venv/bin` find their interpreter beside themselves. Installers write its absolute path into their first
 * line, which would tie a kept environment to the folder of the build that made it.
 */
const RELOCATE = `
import os, pathlib
HEAD = b'#!/bin/sh\\n\\'\\'\\'exec\\' "$(dirname -- "$(realpath -- "$0")")"/python "$0" "$@"\\n\\' \\'\\'\\'\\n'
LONG = b'#!/bin/sh\\n\\'\\'\\'exec\\' '
for script in pathlib.Path('.venv/bin').iterdir():
    if script.is_symlink() or not script.is_file():
        continue
    content = script.read_bytes()
    if content.startswith(HEAD):
        continue
    if content.startswith(LONG):
        body = content.split(b'\\n', 3)[3]
    elif content.startswith(b'#!') and b'/.venv/bin/python' in content.split(b'\\n', 1)[0]:
        body = content.split(b'\\n', 1)[1]
    else:
        continue
    fresh = script.with_name(script.name + '.davit')
    fresh.write_bytes(HEAD + body)
    fresh.chmod(script.stat().st_mode)
    os.replace(fresh, script)
`.trim();

export interface PythonInstall {
  packageManager: string | null;
  toolchains: Toolchain[];
  dependencies: PythonDependencies;
  /** None when nothing is to be installed: then there is no environment either. */
  steps: PlanStep[];
  environment: Record<string, string>;
  reasons: string[];
  warnings: string[];
}

interface Manager {
  name: string;
  manifest: string;
  lockfile: string | undefined;
  commands: string[][];
  environment: Record<string, string>;
  homeCaches: string[];
}

const REQUIREMENTS = [
  'requirements.txt',
  'requirements/production.txt',
  'requirements/prod.txt',
  'requirements/base.txt',
  'requirements-prod.txt',
];

/** How the dependencies get into `.venv`, decided by the lockfile, else by the manifest that is there. */
export async function planPythonInstall(source: SourceFolder): Promise<PythonInstall> {
  const pyproject = await source.readToml('pyproject.toml');
  const manager = await findManager(source, pyproject);
  if (manager !== undefined) return withManager(source, manager, pyproject);
  const [requirements] = await existing(source, REQUIREMENTS);
  if (requirements !== undefined) return withPip(source, requirements, pyproject);
  if (valueAt(pyproject, 'project') !== undefined || (await source.exists('setup.py'))) {
    return withPip(source, undefined, pyproject);
  }
  return {
    packageManager: null,
    toolchains: [],
    dependencies: { names: new Set(), files: [] },
    steps: [],
    environment: {},
    reasons: ['No file names dependencies: there is nothing to install.'],
    warnings: [],
  };
}

async function findManager(
  source: SourceFolder,
  pyproject: Record<string, unknown> | undefined,
): Promise<Manager | undefined> {
  const has = async (file: string) => ((await source.exists(file)) ? file : undefined);
  const uvLock = await has('uv.lock');
  const tool = valueAt(pyproject, 'tool');
  if (uvLock !== undefined) {
    const sync = ['uv', 'sync', '--frozen', '--no-dev', '--no-editable'];
    return {
      name: 'uv',
      manifest: 'pyproject.toml',
      lockfile: uvLock,
      commands: [[...sync, '--no-install-project']],
      // The Python on PATH is the one that was checked; uv would fetch another from a host that may not be reachable.
      environment: { UV_PYTHON_DOWNLOADS: 'never', UV_PYTHON: 'python3', UV_PROJECT_ENVIRONMENT: '.venv' },
      homeCaches: ['.cache/uv'],
    };
  }
  const poetryLock = await has('poetry.lock');
  if (poetryLock !== undefined || recordOf(valueAt(tool, 'poetry')) !== undefined) {
    return {
      name: 'poetry',
      manifest: 'pyproject.toml',
      lockfile: poetryLock,
      // The environment is made first: Poetry then takes it, and with it the Python that was checked rather than its own.
      commands: [
        ['python3', '-m', 'venv', '.venv'],
        ['poetry', 'install', '--only', 'main', '--no-root', '--no-interaction'],
      ],
      environment: { POETRY_VIRTUALENVS_IN_PROJECT: 'true', POETRY_VIRTUALENVS_CREATE: 'true' },
      homeCaches: ['.cache/pypoetry/cache', '.cache/pypoetry/artifacts'],
    };
  }
  const pdmLock = await has('pdm.lock');
  if (pdmLock !== undefined || recordOf(valueAt(tool, 'pdm')) !== undefined) {
    return {
      name: 'pdm',
      manifest: 'pyproject.toml',
      lockfile: pdmLock,
      commands: [
        ['python3', '-m', 'venv', '.venv'],
        ['pdm', pdmLock === undefined ? 'install' : 'sync', '--prod', '--no-self', '--no-editable'],
      ],
      environment: { PDM_CHECK_UPDATE: 'false', PDM_IN_VENV: '0', PDM_IGNORE_ACTIVE_VENV: 'true' },
      homeCaches: ['.cache/pdm'],
    };
  }
  if ((await has('Pipfile')) === undefined) return undefined;
  const pipfileLock = await has('Pipfile.lock');
  return {
    name: 'pipenv',
    manifest: 'Pipfile',
    lockfile: pipfileLock,
    commands: [pipfileLock === undefined ? ['pipenv', 'install', '--skip-lock'] : ['pipenv', 'sync']],
    environment: { PIPENV_VENV_IN_PROJECT: '1', PIPENV_IGNORE_VIRTUALENVS: '1', PIPENV_NOSPIN: '1', PIPENV_YES: '1' },
    homeCaches: ['.cache/pipenv', '.cache/pip'],
  };
}

async function withManager(
  source: SourceFolder,
  manager: Manager,
  pyproject: Record<string, unknown> | undefined,
): Promise<PythonInstall> {
  const step = stepIn(source, {
    name: 'install',
    commands: [...manager.commands, [VENV_PYTHON, '-c', RELOCATE]],
    cacheInputs: [
      ...(manager.lockfile === undefined ? [] : [manager.lockfile]),
      manager.manifest,
      ...(await existing(source, ['.python-version', 'poetry.toml', 'pdm.toml', 'uv.toml'])),
    ],
    cacheFolders: ['.venv'],
    homeCacheFolders: manager.homeCaches,
    cacheMode: manager.lockfile === undefined ? 'incremental' : 'exact',
    reason: `Dependencies as ${manager.lockfile ?? manager.manifest} has them.`,
    environment: manager.environment,
  });
  const own = manager.name === 'uv' ? planOwnPackage(source, manager, pyproject) : undefined;
  return {
    packageManager: manager.name,
    toolchains: [{ name: manager.name as Toolchain['name'], wanted: '*', source: 'default', from: 'registry' }],
    dependencies:
      manager.name === 'pipenv'
        ? dependenciesOfPipfile(await source.readToml('Pipfile'))
        : dependenciesOfPyproject(pyproject),
    steps: own === undefined ? [step] : [step, own],
    environment: {},
    reasons: [
      `${manager.lockfile ?? manager.manifest} says ${manager.name}: ${manager.commands.at(-1)?.join(' ')} installs the dependencies into .venv.`,
      ...(own === undefined ? [] : [own.reason]),
    ],
    warnings:
      manager.lockfile === undefined
        ? [`There is no lockfile of ${manager.name}: every build may install other versions. Commit one.`]
        : [],
  };
}

/** A project that is a package itself is installed after its dependencies, so that those can be kept when only it changes. */
function planOwnPackage(
  source: SourceFolder,
  manager: Manager,
  pyproject: Record<string, unknown> | undefined,
): PlanStep | undefined {
  const isPackage = valueAt(pyproject, 'tool', 'uv', 'package');
  const name = projectName(pyproject);
  if (name === undefined || isPackage === false) return undefined;
  if (isPackage !== true && valueAt(pyproject, 'build-system') === undefined) return undefined;
  return stepIn(source, {
    name: 'build',
    commands: [
      ['uv', 'sync', '--frozen', '--no-dev', '--no-editable', '--reinstall-package', name],
      [VENV_PYTHON, '-c', RELOCATE],
    ],
    homeCacheFolders: manager.homeCaches,
    reason: `The project is a package itself (${name}) and is installed into .venv.`,
    environment: manager.environment,
  });
}

async function withPip(
  source: SourceFolder,
  requirements: string | undefined,
  pyproject: Record<string, unknown> | undefined,
): Promise<PythonInstall> {
  const fromFile = requirements === undefined ? undefined : await dependenciesOfRequirements(source, requirements);
  const dependencies = fromFile ?? dependenciesOfPyproject(pyproject);
  const target = requirements === undefined ? ['.'] : ['-r', requirements];
  const command = [VENV_PYTHON, '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', ...target];
  const what = requirements ?? (pyproject === undefined ? 'setup.py' : 'pyproject.toml');
  return {
    packageManager: 'pip',
    toolchains: [],
    dependencies,
    steps: [
      stepIn(source, {
        name: 'install',
        commands: [['python3', '-m', 'venv', '--clear', '.venv'], command, [VENV_PYTHON, '-c', RELOCATE]],
        // Without a requirements file pip builds and installs the project itself: all of it decides the result.
        cacheInputs: [...(fromFile?.files ?? ['.']), ...(await existing(source, ['.python-version', 'runtime.txt']))],
        cacheFolders: ['.venv'],
        homeCacheFolders: ['.cache/pip'],
        cacheMode: 'exact',
        reason: `Dependencies as ${what} has them.`,
        environment: { PIP_NO_INPUT: '1' },
      }),
    ],
    environment: {},
    reasons: [`${what} is there: pip installs the dependencies into .venv.`],
    warnings: [],
  };
}
