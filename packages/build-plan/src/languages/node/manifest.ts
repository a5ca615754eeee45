import { invalidFile } from '../../plan-error.ts';
import { joinInside, type SourceFolder } from '../../source-folder.ts';
import { keysOf, recordOf, textOf, textsOf, valueAt } from '../../unknown-value.ts';

/** What davit uses of a package.json. */
export interface NodeManifest {
  /** Of the file, relative to the whole source. */
  path: string;
  /** Folder of the package, relative to the whole source. */
  folder: string;
  name: string | undefined;
  main: string | undefined;
  scripts: Record<string, string>;
  /** Names of all dependencies, whatever their kind, but not peers: those install nothing by themselves in older managers. */
  dependencies: Set<string>;
  /** Patterns of members; undefined when this is no workspace. */
  workspaces: string[] | undefined;
  packageManager: string | undefined;
  engines: Record<string, unknown>;
  volta: Record<string, unknown>;
  devEngines: Record<string, unknown>;
}

/** Reads the package.json of a folder; undefined when there is none. Throws PLAN_INVALID_FILE. */
export async function readNodeManifest(folder: SourceFolder): Promise<NodeManifest | undefined> {
  const content = await folder.readJson('package.json');
  if (content === undefined) return undefined;
  const path = joinInside(folder.folder, 'package.json');
  if (recordOf(content) === undefined) throw invalidFile(path, 'not a JSON object');
  const scripts: Record<string, string> = {};
  const rawScripts = valueAt(content, 'scripts');
  if (rawScripts !== undefined && recordOf(rawScripts) === undefined) {
    throw invalidFile(path, '"scripts" is not an object');
  }
  for (const [name, script] of Object.entries(recordOf(rawScripts) ?? {})) {
    if (typeof script !== 'string') throw invalidFile(path, `the script ${JSON.stringify(name)} is not a text`);
    if (script.trim() !== '') scripts[name] = script;
  }
  const workspaces = valueAt(content, 'workspaces');
  return {
    path,
    folder: folder.folder,
    name: textOf(valueAt(content, 'name')),
    main: textOf(valueAt(content, 'main')),
    scripts,
    dependencies: new Set(
      ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => keysOf(valueAt(content, kind))),
    ),
    workspaces:
      workspaces === undefined
        ? undefined
        : textsOf(recordOf(workspaces) ? valueAt(workspaces, 'packages') : workspaces),
    packageManager: textOf(valueAt(content, 'packageManager')),
    engines: recordOf(valueAt(content, 'engines')) ?? {},
    volta: recordOf(valueAt(content, 'volta')) ?? {},
    devEngines: recordOf(valueAt(content, 'devEngines')) ?? {},
  };
}
