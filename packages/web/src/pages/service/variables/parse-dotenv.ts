import { faultOfName, faultOfValue } from './variable-rules.ts';

/** What is wrong with a line of a dotenv text; lines count from 1. */
export interface DotenvFault {
  readonly line: number;
  readonly message: string;
}

export interface ParsedDotenv {
  readonly values: Readonly<Record<string, string>>;
  readonly faults: readonly DotenvFault[];
}

/**
 * One assignment, in quotes over several lines: the rules of https://www.npmjs.com/package/dotenv, which the server reads with. That
 * package needs Node; test/unit/dotenv-agreement.test.ts holds the two together.
 */
const assignment =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;

/** The variables of a dotenv text, and every line that is none of one. Comments are read over. Of a name that is there twice the last wins. */
export function parseDotenv(text: string): ParsedDotenv {
  const lines = text.replaceAll(/\r\n?/g, '\n');
  // Without a prototype, so that no name means anything but itself.
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  const faults: DotenvFault[] = [];
  const firstLines = new Map<string, number>();
  for (const match of lines.matchAll(assignment)) {
    const [whole, name = '', written = ''] = match;
    const line = lineAt(lines, match.index + whole.length - whole.trimStart().length);
    const value = unquoted(written.trim());
    const fault = faultOfName(name) ?? faultOfValue(value);
    if (fault !== undefined) faults.push({ line, message: fault });
    const before = firstLines.get(name);
    if (before !== undefined) faults.push({ line, message: `${name} is set already, in line ${before}.` });
    else firstLines.set(name, line);
    values[name] = value;
  }
  faults.push(...skippedLines(lines).map((line) => ({ line, message: 'This is no NAME=value.' })));
  return { values, faults: faults.sort((one, other) => one.line - other.line) };
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function unquoted(written: string): string {
  const value = written.replaceAll(/^(['"`])([\s\S]*)\1$/gm, '$2');
  return written.startsWith('"') ? value.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : value;
}

/** Lines that say something and are no part of an assignment: a typing error must not make a variable vanish. */
function skippedLines(text: string): number[] {
  const rest = text.replaceAll(assignment, (match) => match.replaceAll(/[^\n]+/g, ''));
  return rest.split('\n').flatMap((line, index) => {
    const said = line.trim();
    return said === '' || said.startsWith('#') ? [] : [index + 1];
  });
}
