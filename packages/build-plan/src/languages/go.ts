import {
  ambiguousStart,
  type Detection,
  type DetectionContext,
  type LanguageDetector,
  type Start,
  stepIn,
  unknownStart,
  web,
} from '../detection.ts';
import type { Toolchain } from '../plan.ts';
import { invalidFile } from '../plan-error.ts';
import { joinInside, type SourceFolder } from '../source-folder.ts';
import { findVersionFile, readHostRange } from '../version-files.ts';

/** Where the program is put: a folder that no Go package can have, since its name starts with a dot. */
const PROGRAM = '.davit/app';
/** Names of a command that say "this is the service" when several are there. */
const SERVICE_NAMES = ['server', 'web', 'api', 'app', 'main'];

/** Go modules: a main package at the root, under `cmd/`, or alone somewhere. */
export const go: LanguageDetector = { language: 'go', detect };

async function detect({ source }: DetectionContext): Promise<Detection | undefined> {
  const module = await source.readText('go.mod');
  const hasWorkspace = await source.exists('go.work');
  if (module === undefined && !hasWorkspace) return undefined;
  const main = await chooseMain(source, moduleName(source, module));
  const hasVendor = (await source.kindOf('vendor/modules.txt')) === 'file';
  const requires = module !== undefined && /^\s*require\b/m.test(module) && !hasVendor;
  const environment = { GOTOOLCHAIN: 'local' };
  const caches = ['.cache/go-build', 'go/pkg/mod'];
  const build = (folder: string) => [
    'go',
    'build',
    '-trimpath',
    '-ldflags=-s -w',
    '-o',
    PROGRAM,
    folder === '.' ? '.' : `./${folder}`,
  ];
  return {
    language: 'go',
    framework: null,
    packageManager: 'go',
    toolchains: [await findGo(source, module)],
    steps: [
      ...(requires
        ? [
            stepIn(source, {
              name: 'install',
              commands: [['go', 'mod', 'download']],
              homeCacheFolders: caches,
              reason: 'Modules as go.sum has them.',
              environment,
            }),
          ]
        : []),
      ...(main.folder === undefined
        ? []
        : [
            stepIn(source, {
              name: 'build',
              commands: [build(main.folder)],
              homeCacheFolders: caches,
              reason: `The main package in ${main.folder}.`,
              environment,
            }),
          ]),
    ],
    start: main.folder === undefined ? main.start : web([`./${PROGRAM}`], `The program of ${main.folder}.`),
    environment: {},
    pathFolders: [],
    reasons: [
      `${module === undefined ? 'go.work' : 'go.mod'} says Go.`,
      ...(hasVendor ? ['Modules are in vendor: nothing is downloaded.'] : []),
      ...main.reasons,
    ],
    warnings: [],
  };
}

function moduleName(source: SourceFolder, module: string | undefined): string | undefined {
  if (module === undefined) return undefined;
  const path = /^\s*module\s+"?([^\s"]+)"?/m.exec(module)?.[1];
  if (path === undefined)
    throw invalidFile(joinInside(source.folder, 'go.mod'), 'there is no line "module PATH"', { line: 1 });
  return path
    .replace(/\/v\d+$/, '')
    .split('/')
    .at(-1);
}

async function findGo(source: SourceFolder, module: string | undefined): Promise<Toolchain> {
  const file = await findVersionFile([source], 'go', { '.go-version': readHostRange }, readHostRange);
  if (file !== undefined) return { name: 'go', ...file, from: 'host' };
  const text = module ?? (await source.readText('go.work')) ?? '';
  // The line "toolchain" is a suggestion that only counts when it is newer; "go" is the least that compiles the module.
  const version = /^go\s+(\d+\.\d+(?:\.\d+)?)/m.exec(text)?.[1];
  const name = module === undefined ? 'go.work' : 'go.mod';
  return version === undefined
    ? { name: 'go', wanted: '*', source: 'default', from: 'host' }
    : { name: 'go', wanted: `>=${version}`, source: name, from: 'host' };
}

type MainChoice = { folder: string; reasons: string[] } | { folder: undefined; start: Start; reasons: string[] };

async function chooseMain(source: SourceFolder, name: string | undefined): Promise<MainChoice> {
  const folders = await findMainPackages(source);
  if (folders.includes('.')) return { folder: '.', reasons: ['The main package is at the root.'] };
  const commands = folders.filter((folder) => /^cmd\/[^/]+$/.test(folder) || folder === 'cmd');
  const candidates = commands.length > 0 ? commands : folders;
  const [only] = candidates;
  if (only === undefined) {
    return {
      folder: undefined,
      reasons: [],
      start: unknownStart(
        'No package main is here: this module is a library.',
        'Set the root folder of the service to the module of the program.',
      ),
    };
  }
  if (candidates.length === 1) return { folder: only, reasons: [`The main package is ${only}.`] };
  const base = (folder: string) => folder.split('/').at(-1) ?? folder;
  for (const wanted of [...(name === undefined ? [] : [name]), ...SERVICE_NAMES]) {
    const chosen = candidates.find((folder) => base(folder) === wanted);
    if (chosen === undefined) continue;
    return {
      folder: chosen,
      reasons: [
        `Of ${candidates.length} commands (${candidates.map(base).join(', ')}), ${base(chosen)} is taken by its name.`,
      ],
    };
  }
  const start = ambiguousStart(
    'commands',
    candidates,
    `Set the build command to "go build -o ${PROGRAM} ./${only}" and the start command to "./${PROGRAM}".`,
  );
  return { folder: undefined, start, reasons: [] };
}

async function findMainPackages(source: SourceFolder): Promise<string[]> {
  const folders = new Set<string>();
  const files = (await source.find('**/*.go')).filter(
    (file) =>
      !file.endsWith('_test.go') &&
      !/(?:^|\/)(?:testdata|examples?|internal\/tools|tools|hack|_[^/]*|\.[^/]*)\//.test(file),
  );
  for (const file of files.slice(0, 2000)) {
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
    if (folders.has(folder)) continue;
    const start = (await source.readStart(file, 16_384)) ?? '';
    if (/^package\s+main\b/m.test(start) && !/^\/\/go:build\s+ignore\b/m.test(start)) folders.add(folder);
  }
  return [...folders].sort();
}
