import { parse as readToml, TomlError } from 'smol-toml';
import { LineCounter, parseDocument } from 'yaml';
import { findJsonFault } from './json-fault.ts';
import { invalidFile } from './plan-error.ts';

/** JSON; throws PLAN_INVALID_FILE with line and column. */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { offset, expected } = findJsonFault(text);
    throw invalidFile(path, `not valid JSON (expected ${expected})`, { ...positionOf(text, offset), cause });
  }
}

/** JSON with comments and trailing commas, as deno.jsonc has it; throws PLAN_INVALID_FILE with line and column. */
export function parseJsonc(text: string, path: string): unknown {
  return parseJson(blankCommas(blankComments(text)), path);
}

/** TOML 1.0; throws PLAN_INVALID_FILE with line and column. */
export function parseToml(text: string, path: string): Record<string, unknown> {
  try {
    return readToml(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const problem = cause.message.split('\n')[0]?.replace('Invalid TOML document: ', '') ?? '';
    throw invalidFile(path, `not valid TOML (${problem})`, { line: cause.line, column: cause.column, cause });
  }
}

/** YAML 1.2, one document; aliases are bounded so that a small file cannot become a large value. */
export function parseYaml(text: string, path: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const problem = document.errors[0];
  if (problem !== undefined) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    throw invalidFile(path, `not valid YAML (${problem.code})`, { line, column: col, cause: problem });
  }
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw invalidFile(path, 'YAML with too many aliases', { cause });
  }
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Comments become blanks, so that positions stay what they are in the file. */
function blankComments(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith('"') ? part : part.replace(/[^\n]/g, ' '),
  );
}

function blankCommas(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g, (part) => (part === ',' ? ' ' : part));
}
