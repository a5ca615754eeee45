import {
  type Detection,
  type DetectionContext,
  firstExisting,
  type LanguageDetector,
  stepIn,
} from '../../detection.ts';
import type { SourceFolder } from '../../source-folder.ts';
import { valueAt } from '../../unknown-value.ts';
import { findPythonStart } from './python-start.ts';
import { findPython } from './python-version.ts';
import { planPythonInstall } from './virtual-environment.ts';

/** Python with pip, uv, Poetry, Pipenv or PDM; Django, FastAPI, Flask and others; plain files. */
export const python: LanguageDetector = { language: 'python', detect };

async function detect({ source, repository }: DetectionContext): Promise<Detection | undefined> {
  if (!(await isPython(source))) return undefined;
  const pyproject = await source.readToml('pyproject.toml');
  const interpreter = await findPython(source, repository, pyproject);
  const install = await planPythonInstall(source);
  const hasVenv = install.steps.length > 0;
  const start = await findPythonStart(source, install.dependencies.names, hasVenv);
  const build = stepIn(source, { name: 'build', commands: start.build, reason: 'Static files are collected.' });
  return {
    language: 'python',
    framework: start.framework,
    packageManager: install.packageManager,
    toolchains: [interpreter, ...install.toolchains],
    steps: [...install.steps, ...(start.build.length > 0 ? [build] : [])],
    start: start.start,
    environment: { PYTHONUNBUFFERED: '1', ...start.environment },
    pathFolders: hasVenv ? ['.venv/bin'] : [],
    reasons: [...install.reasons, ...start.reasons],
    warnings: [...install.warnings, ...start.warnings],
  };
}

async function isPython(source: SourceFolder): Promise<boolean> {
  const manifests = [
    'requirements.txt',
    'requirements/production.txt',
    'requirements/prod.txt',
    'requirements/base.txt',
    'requirements-prod.txt',
    'Pipfile',
    'uv.lock',
    'poetry.lock',
    'pdm.lock',
    'setup.py',
    'manage.py',
  ];
  const hasPackageJson = await source.exists('package.json');
  const files = hasPackageJson ? ['manage.py', 'Pipfile', 'uv.lock', 'poetry.lock', 'pdm.lock'] : manifests;
  if ((await firstExisting(source, files)) !== undefined) return true;
  const pyproject = await source.readToml('pyproject.toml');
  // A pyproject.toml often only sets up a linter; beside a package.json it says little unless it names a project.
  if (valueAt(pyproject, 'project') !== undefined || valueAt(pyproject, 'tool', 'poetry') !== undefined) return true;
  const entries = ['main.py', 'app.py', 'server.py', 'run.py', '__main__.py'];
  if (!hasPackageJson) return (await firstExisting(source, [...entries, 'src/main.py', 'src/app.py'])) !== undefined;
  return (
    (await firstExisting(source, ['requirements.txt'])) !== undefined &&
    (await firstExisting(source, entries)) !== undefined
  );
}
