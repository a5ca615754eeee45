import semver from 'semver';
import type { ToolchainName } from './plan.ts';
import { invalidFile } from './plan-error.ts';
import type { SourceFolder } from './source-folder.ts';
import { textOf, textsOf, valueAt } from './unknown-value.ts';

/** A wish for a version and where it was written. */
export interface VersionWish {
  wanted: string;
  source: string;
}

/** Names that asdf and mise use for a toolchain. */
const TOOL_NAMES: Partial<Record<ToolchainName, string[]>> = {
  node: ['nodejs', 'node'],
  python: ['python'],
  go: ['golang', 'go'],
  rust: ['rust'],
  java: ['java'],
  ruby: ['ruby'],
  php: ['php'],
  deno: ['deno'],
  bun: ['bun'],
};

/** What a {@link VersionReader} says of a text that names no version. */
export const INVALID_VERSION = 'invalid';

/** Turns what a file says into a range; undefined when it says nothing (`system`), throws nothing itself. */
export type VersionReader = (text: string) => string | undefined;

/**
 * The first wish in the given files of the nearest folder, then `.tool-versions` and mise.toml: a file of the language itself
 * is more deliberate than one for all tools. Throws PLAN_INVALID_FILE when a file is there but names no version.
 */
export async function findVersionFile(
  folders: readonly SourceFolder[],
  toolchain: ToolchainName,
  files: Readonly<Record<string, VersionReader>>,
  fallback: VersionReader,
): Promise<VersionWish | undefined> {
  for (const folder of folders) {
    for (const [file, read] of Object.entries(files)) {
      const text = await folder.readText(file);
      if (text === undefined) continue;
      const wish = wishFrom(read(text), pathOf(folder, file));
      if (wish !== undefined) return wish;
    }
    for (const tool of await readToolFiles(folder, TOOL_NAMES[toolchain] ?? [])) {
      const wish = wishFrom(fallback(tool.version), tool.source);
      if (wish !== undefined) return wish;
    }
  }
  return undefined;
}

function wishFrom(wanted: string | undefined, path: string): VersionWish | undefined {
  if (wanted === INVALID_VERSION) throw invalidFile(path, 'no version that davit understands');
  return wanted === undefined ? undefined : { wanted, source: path };
}

function pathOf(folder: SourceFolder, file: string): string {
  return folder.folder === '.' ? file : `${folder.folder}/${file}`;
}

async function readToolFiles(folder: SourceFolder, names: string[]): Promise<{ version: string; source: string }[]> {
  const found: { version: string; source: string }[] = [];
  for (const line of (await folder.readText('.tool-versions'))?.split('\n') ?? []) {
    const [name, version] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.includes(name ?? '') && version !== undefined) {
      found.push({ version, source: pathOf(folder, '.tool-versions') });
    }
  }
  for (const file of ['mise.toml', '.mise.toml']) {
    const tools = valueAt(await folder.readToml(file), 'tools');
    for (const name of names) {
      const tool = valueAt(tools, name);
      const version = textOf(tool) ?? textOf(valueAt(tool, 'version')) ?? textsOf(tool)[0];
      if (version !== undefined) found.push({ version, source: pathOf(folder, file) });
    }
  }
  return found;
}

/** The first line that says something, without a comment. */
export function firstLine(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return lines.find((line) => line !== '');
}

/**
 * `22` → `22.x`, `3.12` → `3.12.x`, `1.2.3` → `1.2.3`, any semver range → itself normalised; a leading `v` or name
 * (`ruby-3.2.1`, `python-3.12`, `go1.22`) is dropped.
 */
export function readRange(text: string): string {
  const line = firstLine(text)?.replace(/^(?:v|[a-z]+-?)(?=\d)/i, '');
  if (line === undefined) return INVALID_VERSION;
  if (/^\d+\.\d+\.\d+$/.test(line)) return line;
  if (/^\d+(?:\.\d+)?$/.test(line)) return `${line}.x`;
  return semver.validRange(line) === null || line === '' ? INVALID_VERSION : line;
}

/**
 * For toolchains of the host, where davit cannot fetch a patch release: an exact version asks for the same minor version and at
 * least that patch, since patches only mend, and a build that fails over one helps nobody.
 */
export function readHostRange(text: string): string | undefined {
  if (firstLine(text) === 'system') return undefined;
  const range = readRange(text);
  return /^\d+\.\d+\.\d+$/.test(range) ? `~${range}` : range;
}
