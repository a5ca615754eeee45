import {
  type Detection,
  type DetectionContext,
  existing,
  firstExisting,
  type LanguageDetector,
  type Start,
  stepIn,
  unknownStart,
  web,
} from '../detection.ts';
import type { Toolchain } from '../plan.ts';
import type { SourceFolder } from '../source-folder.ts';
import { keysOf, textOf, valueAt } from '../unknown-value.ts';
import { findVersionFile, readRange } from '../version-files.ts';

/** Deno by its configuration file, unless the package.json beside it has another runtime's lockfile or start. */
export const deno: LanguageDetector = { language: 'deno', detect };

async function detect({ source }: DetectionContext): Promise<Detection | undefined> {
  const file = await firstExisting(source, ['deno.json', 'deno.jsonc']);
  if (file === undefined || (await belongsToNode(source))) return undefined;
  const config = await source.readJsonc(file);
  const hasLock = await source.exists('deno.lock');
  const hasImports = keysOf(valueAt(config, 'imports')).length > 0 || hasLock || (await source.exists('package.json'));
  const tasks = valueAt(config, 'tasks');
  const hasBuild = taskOf(tasks, 'build') !== undefined;
  return {
    language: 'deno',
    framework: hasFresh(config) ? 'fresh' : null,
    packageManager: 'deno',
    toolchains: [await findDeno(source)],
    steps: [
      ...(hasImports
        ? [
            stepIn(source, {
              name: 'install',
              commands: [['deno', 'install', ...(hasLock ? ['--frozen'] : [])]],
              cacheInputs: [file, ...(await existing(source, ['deno.lock', 'package.json']))],
              cacheFolders: ['.deno', 'node_modules'],
              cacheMode: hasLock ? 'exact' : 'incremental',
              reason: `Imports as ${hasLock ? 'deno.lock' : file} has them.`,
            }),
          ]
        : []),
      ...(hasBuild
        ? [
            stepIn(source, {
              name: 'build',
              commands: [['deno', 'task', 'build']],
              reason: `The task "build" of ${file}.`,
            }),
          ]
        : []),
    ],
    start: await findStart(source, tasks, file),
    // Downloads belong to the release, since the program reads them when it runs.
    environment: { DENO_DIR: '.deno', DENO_NO_UPDATE_CHECK: '1' },
    pathFolders: [],
    reasons: [`${file} says Deno.`],
    warnings: [],
  };
}

async function belongsToNode(source: SourceFolder): Promise<boolean> {
  if (!(await source.exists('package.json'))) return false;
  if (
    (await firstExisting(source, ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'])) !==
    undefined
  )
    return true;
  return textOf(valueAt(await source.readJson('package.json'), 'scripts', 'start')) !== undefined;
}

function taskOf(tasks: unknown, name: string): string | undefined {
  return textOf(valueAt(tasks, name)) ?? textOf(valueAt(tasks, name, 'command'));
}

function hasFresh(config: unknown): boolean {
  return keysOf(valueAt(config, 'imports')).some(
    (name) => name === 'fresh' || name.startsWith('$fresh') || name === '@fresh/core',
  );
}

async function findStart(source: SourceFolder, tasks: unknown, file: string): Promise<Start> {
  if (taskOf(tasks, 'start') !== undefined) return web(['deno', 'task', 'start'], `The task "start" of ${file}.`);
  const names = ['main', 'server', 'mod', 'index', 'app', 'src/main', 'src/server'];
  const entry = await firstExisting(
    source,
    ['ts', 'tsx', 'js'].flatMap((extension) => names.map((name) => `${name}.${extension}`)),
  );
  if (entry === undefined)
    return unknownStart('Nothing says which file is the server.', `Add a task "start" to ${file}.`);
  const permissions = ['--allow-net', '--allow-env', '--allow-read'];
  // A default export with fetch is what `deno serve` runs; it takes the port only as an argument.
  const isHandler = /export\s+default\s+(?:\{[\s\S]*?\bfetch\b|\w+\s+satisfies\s+Deno\.ServeDefaultExport)/.test(
    (await source.readText(entry)) ?? '',
  );
  return isHandler
    ? web(
        ['/bin/sh', '-c', 'exec deno serve --allow-env --allow-read --host 0.0.0.0 --port "$PORT" "$1"', 'sh', entry],
        `${entry} exports a handler.`,
      )
    : web(['deno', 'run', ...permissions, entry], `${entry} is there.`);
}

async function findDeno(source: SourceFolder): Promise<Toolchain> {
  const wish = await findVersionFile([source], 'deno', { '.dvmrc': readRange, '.deno-version': readRange }, readRange);
  return { name: 'deno', ...(wish ?? { wanted: '2.x', source: 'default' }), from: 'registry' };
}
