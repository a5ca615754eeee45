import semver from 'semver';
import type { Toolchain } from '../../plan.ts';
import { invalidFile } from '../../plan-error.ts';
import type { SourceFolder } from '../../source-folder.ts';
import { recordOf, textOf, valueAt } from '../../unknown-value.ts';
import { findVersionFile, firstLine, INVALID_VERSION, readRange } from '../../version-files.ts';
import type { NodeProject } from './workspace.ts';

/** The line that davit itself runs on and keeps in its cache: nothing to fetch for a service that says nothing. */
const DEFAULT_NODE = '24.x';
/** Code names of the lines with long-term support, from the release schedule of Node.js. */
const LTS_NAMES: Readonly<Record<string, string>> = {
  fermium: '14.x',
  gallium: '16.x',
  hydrogen: '18.x',
  iron: '20.x',
  jod: '22.x',
  krypton: '24.x',
};

/**
 * Which Node the service wants: `.nvmrc`, `.node-version`, `.tool-versions`, mise.toml, then volta, devEngines and engines of
 * package.json; of the service first, of the workspace's root second. An open range gets the default line when that is in it:
 * `>=18` asks for something that works, not for the newest release.
 */
export async function findNode(source: SourceFolder, project: NodeProject): Promise<Toolchain> {
  const folders = project.installRoot.folder === source.folder ? [source] : [source, project.installRoot];
  const file = await findVersionFile(
    folders,
    'node',
    { '.nvmrc': readNodeVersion, '.node-version': readNodeVersion },
    readNodeVersion,
  );
  const wish = file ?? wishOfManifests(project) ?? { wanted: DEFAULT_NODE, source: 'default' };
  return { name: 'node', ...wish, from: 'registry' };
}

function wishOfManifests(project: NodeProject): { wanted: string; source: string } | undefined {
  for (const manifest of new Set([project.manifest, project.rootManifest])) {
    const runtime = [valueAt(manifest.devEngines, 'runtime')].flat().map(recordOf);
    const wishes = {
      volta: textOf(manifest.volta['node']),
      devEngines: textOf(runtime.find((entry) => entry?.['name'] === 'node')?.['version']),
      engines: textOf(manifest.engines['node']),
    };
    for (const [field, text] of Object.entries(wishes)) {
      if (text === undefined) continue;
      const range = readRange(text);
      if (range === INVALID_VERSION)
        throw invalidFile(manifest.path, `"${field}" names no version of Node that is a semver range`);
      return { wanted: preferDefault(range), source: `${manifest.path} ${field} (${text})` };
    }
  }
  return undefined;
}

/** The part of a range that lies in the default line, or the range itself when nothing of it does. */
function preferDefault(range: string): string {
  if (semver.valid(range) !== null) return range;
  const parts = range.split('||').map((part) => part.trim() || '*');
  const inDefault = parts.filter((part) => semver.intersects(part, DEFAULT_NODE)).map((part) => narrow(part));
  return inDefault.length === 0 ? range : inDefault.join(' || ');
}

function narrow(part: string): string {
  if (semver.subset(DEFAULT_NODE, part)) return DEFAULT_NODE;
  return semver.subset(part, DEFAULT_NODE) ? part : `${new semver.Range(part).range} ${DEFAULT_NODE}`;
}

function readNodeVersion(text: string): string | undefined {
  const line = firstLine(text)?.toLowerCase();
  if (line === undefined) return INVALID_VERSION;
  if (line === 'system') return undefined;
  if (line === 'lts/*' || line === 'lts' || line === 'node' || line === 'stable' || line === 'latest')
    return DEFAULT_NODE;
  const lts = /^lts[/-](\w+)$/.exec(line)?.[1];
  if (lts !== undefined) return LTS_NAMES[lts] ?? INVALID_VERSION;
  return readRange(line);
}

/** Whether a wanted Node can run TypeScript as it is (erasable syntax), which it does since 22.18. */
export function runsTypeScript(node: Toolchain): boolean {
  return semver.intersects(node.wanted, '>=22.18.0');
}
