/** An element of a list, in a path. */
export const ITEM = Symbol('item');
export type PathPart = string | typeof ITEM;

/** Where in a manifest somebody writes. */
export interface ManifestPlace {
  /** The fields that lead to the object whose field is written. */
  readonly path: readonly PathPart[];
  /** The field whose value is written; undefined where its name is. */
  readonly key: string | undefined;
  /** What is written of it so far. */
  readonly typed: string;
  /** How far the field is indented. */
  readonly column: number;
}

interface ReadLine {
  /** Where the last dash stands, of an element of a list. */
  readonly dash: number | undefined;
  readonly column: number;
  readonly key: string | undefined;
  readonly rest: string;
}

const shape = /^(\s*)((?:-\s+)*)(.*)$/;
const field = /^(?:"([^"]*)"|'([^']*)'|([^\s#:'"{[][^:]*?))\s*:(?:\s+(.*))?$/;

function readLine(text: string): ReadLine {
  const [, indent = '', dashes = '', rest = ''] = shape.exec(text) ?? [];
  // A dash alone begins an element too, before anything follows it.
  const bare = rest === '-' ? rest : '';
  const all = `${dashes}${bare}`;
  const dash = all === '' ? undefined : indent.length + all.trimEnd().lastIndexOf('-');
  const [match, quoted, single, plain, value = ''] = field.exec(rest) ?? [];
  return {
    dash,
    column: indent.length + all.length + (bare === '' ? 0 : 1),
    key: match === undefined ? undefined : (quoted ?? single ?? plain ?? ''),
    rest: match === undefined ? (bare === '' ? rest : '') : value,
  };
}

const isBlank = (line: string): boolean => /^\s*(?:#.*)?$/.test(line);
const isBoundary = (line: string): boolean => /^(?:---|\.\.\.)(?:\s|$)/.test(line);

/** The fields around one that begins at this column, read upwards; block style, as manifests are written. */
function pathAbove(before: readonly string[], line: Pick<ReadLine, 'dash' | 'column'>): PathPart[] {
  const path: PathPart[] = [];
  let limit = line.column;
  let isItem = false;
  function enter(dash: number | undefined, column: number): void {
    isItem = dash !== undefined;
    if (isItem) path.unshift(ITEM);
    limit = dash ?? column;
  }
  enter(line.dash, line.column);
  for (const text of before.toReversed()) {
    if (isBoundary(text)) break;
    if (isBlank(text)) continue;
    const above = readLine(text);
    if (above.key !== undefined && (isItem ? above.column <= limit : above.column < limit)) {
      path.unshift(above.key);
      enter(above.dash, above.column);
    } else if (!isItem && above.dash !== undefined && above.dash < limit) {
      enter(above.dash, above.column);
    }
  }
  return path;
}

/** Where the end of `before` is: the text of a manifest up to where somebody writes. */
export function placeOf(before: string): ManifestPlace {
  const lines = before.split('\n');
  const last = lines.pop() ?? '';
  const line = readLine(last);
  return { path: pathAbove(lines, line), key: line.key, typed: line.rest, column: line.column };
}

/** The path of the field that a line of a manifest sets; undefined where it sets none. */
export function fieldAt(lines: readonly string[], index: number): PathPart[] | undefined {
  const line = readLine(lines[index] ?? '');
  return line.key === undefined ? undefined : [...pathAbove(lines.slice(0, index), line), line.key];
}

/** The fields that the object around the last of `before` has already, there and below. */
export function fieldsBeside(before: string, after: string): ReadonlySet<string> {
  const above = before.split('\n');
  const { column, dash } = readLine(above.pop() ?? '');
  const below = after.split('\n').slice(1);
  const found = new Set<string>();
  function look(lines: readonly string[], isAbove: boolean): void {
    for (const text of lines) {
      if (isBoundary(text)) return;
      if (isBlank(text)) continue;
      const line = readLine(text);
      if (line.column < column) return;
      if (!isAbove && line.dash !== undefined && line.dash < column) return;
      if (line.column === column && line.key !== undefined) found.add(line.key);
      if (isAbove && line.column === column && line.dash !== undefined) return;
    }
  }
  if (dash === undefined) look(above.toReversed(), true);
  look(below, false);
  return found;
}
