import {
  ambiguousStart,
  type Detection,
  type DetectionContext,
  type LanguageDetector,
  stepIn,
  web,
} from '../detection.ts';
import { globToRegExp } from '../glob.ts';
import { parseToml } from '../parse-file.ts';
import type { Toolchain } from '../plan.ts';
import { joinInside, type SourceFolder } from '../source-folder.ts';
import { recordOf, textOf, textsOf, valueAt } from '../unknown-value.ts';
import { findVersionFile, INVALID_VERSION, readHostRange } from '../version-files.ts';

/** Cargo packages and workspaces with at least one program. */
export const rust: LanguageDetector = { language: 'rust', detect };

interface Program {
  name: string;
  package: string;
}

async function detect({ source, repository }: DetectionContext): Promise<Detection | undefined> {
  const manifest = await source.readToml('Cargo.toml');
  if (manifest === undefined) return undefined;
  const root = await findWorkspaceRoot(source, repository);
  const programs = await findPrograms(source, manifest);
  if (programs.length === 0) return undefined;
  const wanted = textOf(valueAt(manifest, 'package', 'default-run')) ?? textOf(valueAt(manifest, 'package', 'name'));
  const chosen = programs.length === 1 ? programs[0] : programs.find((program) => program.name === wanted);
  const hasLock = await root.exists('Cargo.lock');
  const up = '../'.repeat(source.folder === root.folder ? 0 : source.folder.split('/').length - depthOf(root.folder));
  const path = `${up === '' ? './' : up}target/release/${chosen?.name ?? ''}`;
  const command = (program: Program) => [
    'cargo',
    'build',
    '--release',
    ...(hasLock ? ['--locked'] : []),
    '--package',
    program.package,
    '--bin',
    program.name,
  ];
  return {
    language: 'rust',
    framework: null,
    packageManager: 'cargo',
    toolchains: [await findRust(source, root, manifest)],
    steps:
      chosen === undefined
        ? []
        : [
            {
              ...stepIn(source, {
                name: 'build',
                commands: [command(chosen)],
                homeCacheFolders: ['.cargo/registry', '.cargo/git'],
                reason: `The program ${chosen.name}; what is compiled already stays in target.`,
              }),
              cacheFolders: [joinInside(root.folder, 'target')],
            },
          ],
    start:
      chosen === undefined
        ? ambiguousStart(
            'programs',
            programs.map((program) => program.name),
            'Set default-run in Cargo.toml, or the root folder of the service.',
          )
        : web([path], `The program ${chosen.name}.`),
    environment: {},
    pathFolders: [],
    reasons: [
      `Cargo.toml says Rust${root.folder === source.folder ? '' : `, in the workspace at ${root.folder}`}.`,
      ...(chosen === undefined
        ? []
        : [`The program is ${chosen.name}${programs.length > 1 ? `, of ${programs.length}` : ''}.`]),
    ],
    warnings: hasLock ? [] : ['There is no Cargo.lock: every build may use other versions. Commit it.'],
  };
}

function depthOf(folder: string): number {
  return folder === '.' ? 0 : folder.split('/').length;
}

async function findWorkspaceRoot(source: SourceFolder, repository: SourceFolder): Promise<SourceFolder> {
  const names = source.folder === '.' ? [] : source.folder.split('/');
  for (let length = names.length; length >= 0; length -= 1) {
    const folder = repository.within(joinInside(...names.slice(0, length)));
    if (valueAt(await folder.readToml('Cargo.toml'), 'workspace') !== undefined) return folder;
  }
  return source;
}

async function findPrograms(source: SourceFolder, manifest: Record<string, unknown>): Promise<Program[]> {
  const programs = await programsOf(source, manifest);
  const patterns = textsOf(valueAt(manifest, 'workspace', 'members')).map((pattern) =>
    globToRegExp(pattern.replace(/^\.\//, '').replace(/\/+$/, '')),
  );
  if (programs.length > 0 || patterns.length === 0) return programs;
  for (const path of await source.find('**/Cargo.toml')) {
    const folder = path.slice(0, -'/Cargo.toml'.length);
    if (!patterns.some((pattern) => pattern.test(folder))) continue;
    const member = source.within(folder);
    const text = (await member.readText('Cargo.toml')) ?? '';
    programs.push(...(await programsOf(member, parseToml(text, joinInside(member.folder, 'Cargo.toml')))));
  }
  return programs;
}

async function programsOf(folder: SourceFolder, manifest: Record<string, unknown>): Promise<Program[]> {
  const name = textOf(valueAt(manifest, 'package', 'name'));
  if (name === undefined) return [];
  const names = new Set<string>();
  const tables = valueAt(manifest, 'bin');
  for (const table of Array.isArray(tables) ? tables : []) {
    const bin = textOf(valueAt(recordOf(table), 'name'));
    if (bin !== undefined) names.add(bin);
  }
  if (valueAt(manifest, 'package', 'autobins') !== false) {
    const renamesMain = (Array.isArray(tables) ? tables : []).some((table) => valueAt(table, 'path') === 'src/main.rs');
    if ((await folder.exists('src/main.rs')) && !renamesMain) names.add(name);
    for (const entry of await folder.list('src/bin')) {
      if (entry.kind === 'file' && entry.name.endsWith('.rs')) names.add(entry.name.slice(0, -'.rs'.length));
      if (entry.kind === 'folder' && (await folder.exists(`src/bin/${entry.name}/main.rs`))) names.add(entry.name);
    }
  }
  return [...names].map((bin) => ({ name: bin, package: name }));
}

async function findRust(
  source: SourceFolder,
  root: SourceFolder,
  manifest: Record<string, unknown>,
): Promise<Toolchain> {
  const make = (wanted: string, from: string): Toolchain => ({ name: 'rust', wanted, source: from, from: 'host' });
  const folders = source.folder === root.folder ? [source] : [source, root];
  const wish = await findVersionFile(
    folders,
    'rust',
    { 'rust-toolchain.toml': readToolchainFile, 'rust-toolchain': readToolchainFile },
    readChannel,
  );
  if (wish !== undefined) return make(wish.wanted, wish.source);
  const minimum =
    textOf(valueAt(manifest, 'package', 'rust-version')) ??
    textOf(valueAt(await root.readToml('Cargo.toml'), 'workspace', 'package', 'rust-version'));
  return minimum !== undefined && /^\d+\.\d+(?:\.\d+)?$/.test(minimum)
    ? make(`>=${minimum}`, 'Cargo.toml rust-version')
    : make('*', 'default');
}

/** Both names of the file may hold TOML or, as once, the channel alone. */
function readToolchainFile(text: string): string | undefined {
  const channel = text.includes('[') ? /^\s*channel\s*=\s*["']([^"']+)["']/m.exec(text)?.[1] : text.trim();
  return channel === undefined ? (text.includes('[toolchain]') ? undefined : INVALID_VERSION) : readChannel(channel);
}

/** A named channel is a matter of rustup, which reads the same file: any version that it gives is the wanted one. */
function readChannel(channel: string): string | undefined {
  return /^(?:stable|beta|nightly)(?:-|$)/.test(channel) ? '*' : readHostRange(channel);
}
