import { parseDotenv } from './parse-dotenv.ts';

export interface WrittenDotenv {
  readonly text: string;
  /** Names of variables whose values no dotenv text can hold, such as one with all three sorts of quotes over several lines. */
  readonly unwritable: readonly string[];
}

/** Variables as a dotenv text that reads back to exactly them, one after the other by name. */
export function formatDotenv(values: Readonly<Record<string, string>>): WrittenDotenv {
  const lines: string[] = [];
  const unwritable: string[] = [];
  for (const name of Object.keys(values).sort()) {
    const line = lineOf(name, values[name] ?? '');
    if (line === undefined) unwritable.push(name);
    else lines.push(line);
  }
  return { text: lines.length === 0 ? '' : `${lines.join('\n')}\n`, unwritable };
}

/** The plainest way to write it that reads back to the same. */
function lineOf(name: string, value: string): string | undefined {
  const ways = [plain(value), quoted(value, "'"), quoted(value, '"'), quoted(value, '`')];
  for (const way of ways) {
    if (way === undefined) continue;
    const line = `${name}=${way}`;
    const { values, faults } = parseDotenv(line);
    if (faults.length === 0 && values[name] === value) return line;
  }
  return undefined;
}

/** Without quotes: nothing in it may begin a quotation, since that could reach into the next lines. */
function plain(value: string): string | undefined {
  return /^[^\s'"`#]*$/.test(value) ? value : undefined;
}

function quoted(value: string, quote: string): string | undefined {
  // A backslash before the closing quote would keep it from closing.
  if (value.includes(quote) || value.endsWith('\\')) return undefined;
  // The reader takes every line end for a line feed; only double quotes have a way to write a carriage return.
  return quote + (quote === '"' ? value.replaceAll('\r', '\\r') : value) + quote;
}
