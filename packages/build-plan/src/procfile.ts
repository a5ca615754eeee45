import { invalidFile } from './plan-error.ts';

/** One line of a Procfile. */
export interface ProcfileEntry {
  name: string;
  /** The user's own shell text, as written. */
  command: string;
}

/**
 * `NAME: COMMAND` a line; blank lines and lines that start with `#` are skipped.
 * Throws PLAN_INVALID_FILE with the line that is neither, or that names a process again.
 */
export function parseProcfile(text: string, path = 'Procfile'): ProcfileEntry[] {
  const entries: ProcfileEntry[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const [, name, command] = /^\s*([A-Za-z0-9][A-Za-z0-9_-]{0,62})\s*:\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || command === undefined) {
      throw invalidFile(path, 'a line must read NAME: COMMAND', { line: index + 1 });
    }
    if (entries.some((entry) => entry.name === name)) {
      throw invalidFile(path, `the process ${name} is there twice`, { line: index + 1 });
    }
    entries.push({ name, command });
  }
  return entries;
}
