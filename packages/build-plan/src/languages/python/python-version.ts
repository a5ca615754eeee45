import semver from 'semver';
import type { Toolchain } from '../../plan.ts';
import { invalidFile } from '../../plan-error.ts';
import { joinInside, type SourceFolder } from '../../source-folder.ts';
import { textOf, valueAt } from '../../unknown-value.ts';
import { findVersionFile, INVALID_VERSION, readHostRange } from '../../version-files.ts';

/** Which Python the service wants: `.python-version`, runtime.txt, `.tool-versions`, mise.toml, Pipfile, pyproject.toml. */
export async function findPython(
  source: SourceFolder,
  repository: SourceFolder,
  pyproject: Record<string, unknown> | undefined,
): Promise<Toolchain> {
  const folders = source.folder === '.' ? [source] : [source, repository];
  const files = { '.python-version': readHostRange, 'runtime.txt': readHostRange };
  const wish = await findVersionFile(folders, 'python', files, readHostRange);
  if (wish !== undefined) return { name: 'python', ...wish, from: 'host' };
  const requires = valueAt(await source.readToml('Pipfile'), 'requires');
  const pipfile = textOf(valueAt(requires, 'python_full_version')) ?? textOf(valueAt(requires, 'python_version'));
  const wishes: [string, string | undefined][] = [
    ['Pipfile', pipfile === undefined ? undefined : readHostRange(pipfile)],
    ['pyproject.toml requires-python', rangeOf(valueAt(pyproject, 'project', 'requires-python'))],
    ['pyproject.toml tool.poetry', rangeOf(valueAt(pyproject, 'tool', 'poetry', 'dependencies', 'python'))],
  ];
  for (const [from, wanted] of wishes) {
    if (wanted === INVALID_VERSION) {
      const [file = from] = from.split(' ');
      throw invalidFile(joinInside(source.folder, file), 'the wanted version of Python is no version range');
    }
    if (wanted !== undefined) return { name: 'python', wanted, source: from, from: 'host' };
  }
  return { name: 'python', wanted: '>=3.9', source: 'default', from: 'host' };
}

/** PEP 440 specifiers (and Poetry's caret) as a semver range. Excluded versions (`!=`) are left out: they are single releases. */
function rangeOf(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const parts = text.split(',').map((part) => part.trim());
  const comparators = parts.filter((part) => part !== '' && !part.startsWith('!=')).map(comparatorOf);
  const range = comparators.join(' ') || '*';
  return semver.validRange(range) === null ? INVALID_VERSION : range;
}

function comparatorOf(part: string): string {
  const [, operator, version = ''] = /^(~=|===?|>=|<=|<|>|\^|~)?\s*v?(\d+(?:\.\d+)*(?:\.\*)?|\*)/.exec(part) ?? [];
  const plain = version.replace(/\.\*$/, '');
  if (version === '') return part;
  if (operator === '==' || operator === '===' || operator === undefined) {
    return /^\d+\.\d+\.\d+$/.test(version) ? `~${version}` : `${plain}.x`.replace(/^\*\.x$/, '*');
  }
  // ~=3.11 allows 3.12, ~=3.11.2 does not allow 3.12.
  if (operator === '~=') return plain.split('.').length > 2 ? `~${plain}` : `^${plain}`;
  return `${operator}${plain}`;
}
