import { joinInside, type SourceFolder } from '../../source-folder.ts';
import { keysOf, textOf, textsOf, valueAt } from '../../unknown-value.ts';

/** What a Python project says that it needs. */
export interface PythonDependencies {
  /** Names as PEP 503 normalises them; an extra is noted as `name[extra]` besides the name. */
  names: Set<string>;
  /** Files and folders that were read or are named, relative to the service. */
  files: string[];
}

/** Names in pyproject.toml: PEP 621, and Poetry's own tables from before it had that. */
export function dependenciesOfPyproject(pyproject: Record<string, unknown> | undefined): PythonDependencies {
  const lines = textsOf(valueAt(pyproject, 'project', 'dependencies'));
  const names = namesOf(lines);
  for (const name of keysOf(valueAt(pyproject, 'tool', 'poetry', 'dependencies'))) {
    if (name === 'python') continue;
    names.add(normalise(name));
    const extras = textsOf(valueAt(pyproject, 'tool', 'poetry', 'dependencies', name, 'extras'));
    for (const extra of extras) names.add(`${normalise(name)}[${extra}]`);
  }
  return { names, files: pyproject === undefined ? [] : ['pyproject.toml'] };
}

/** Names in a Pipfile's `packages`. */
export function dependenciesOfPipfile(pipfile: Record<string, unknown> | undefined): PythonDependencies {
  return { names: new Set(keysOf(valueAt(pipfile, 'packages')).map(normalise)), files: ['Pipfile'] };
}

/** Names in a requirements file and in those that it includes with `-r`; each file is read once. */
export async function dependenciesOfRequirements(source: SourceFolder, file: string): Promise<PythonDependencies> {
  const names = new Set<string>();
  const files: string[] = [];
  const read = async (path: string): Promise<void> => {
    if (files.includes(path) || files.length >= 50) return;
    const text = await source.readText(path);
    if (text === undefined) return;
    files.push(path);
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
    const lines = text
      .replace(/\\\r?\n/g, ' ')
      .split(/\r?\n/)
      .map((line) => line.replace(/(?:^|\s)#.*/, '').trim());
    for (const name of namesOf(lines.filter((line) => !line.startsWith('-')))) names.add(name);
    for (const line of lines) {
      const included = /^(?:-r|-c|--requirement|--constraint)[\s=]+(\S+)/.exec(line)?.[1];
      if (included !== undefined && !/^\w+:\/\//.test(included)) await read(joinInside(folder, included));
      // A path is the project itself or a part of it: anything in there decides what is installed.
      const local = /^(?:(?:-e|--editable)[\s=]+)?(\.{1,2}(?:\/[^\s;[]*)?|\.)(?:\[|\s|;|$)/.exec(line)?.[1];
      if (local !== undefined) files.push(joinInside(local));
    }
  };
  await read(file);
  return { names, files: [...new Set(files)] };
}

function namesOf(requirements: string[]): Set<string> {
  const names = new Set<string>();
  for (const requirement of requirements) {
    const [, name, extras] = /^([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?/.exec(requirement) ?? [];
    if (name === undefined) continue;
    names.add(normalise(name));
    for (const extra of (extras ?? '').split(',')) {
      if (extra.trim() !== '') names.add(`${normalise(name)}[${extra.trim()}]`);
    }
  }
  return names;
}

function normalise(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** The project's name, when pyproject.toml gives one. */
export function projectName(pyproject: Record<string, unknown> | undefined): string | undefined {
  return textOf(valueAt(pyproject, 'project', 'name')) ?? textOf(valueAt(pyproject, 'tool', 'poetry', 'name'));
}
