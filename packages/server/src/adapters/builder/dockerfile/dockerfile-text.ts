import { cutFlags, type InstructionFlag } from './cut-flags.ts';
import { escapesOf } from './escape-directive.ts';

/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In capitals. For `ONBUILD RUN …` it is the one that is put off. */
  keyword: string;
  isOnBuild: boolean;
  flags: InstructionFlag[];
  /** What follows the flags, on one line. */
  text: string;
  /** Index of its first line. */
  line: number;
  /** By which its words are read. */
  escape: string;
}

export interface DockerfileText {
  lines: readonly string[];
  /** In the order of the file, as the newest BuildKit reads it; bodies of here-documents are none. */
  instructions: Instruction[];
  /**
   * What else could be an instruction for some version of BuildKit: lines in here-documents, which older ones do not know,
   * and what is behind a continuation that versions read differently.
   */
  possible: Instruction[];
}

/** How one version reads. */
interface Dialect {
  escape: string;
  /** Older versions read flags by `\` whatever the directive says. */
  flagEscape: string;
  /** Takes what continues a line from its end; undefined: nothing does. */
  cutContinuation: (line: string) => string | undefined;
}

const cutBy = (pattern: RegExp) => (line: string) => {
  const found = pattern.exec(line);
  return found === null ? undefined : line.slice(0, found.index);
};

/** The newest one first. */
function dialectsOf(lines: readonly string[]): [Dialect, ...Dialect[]] {
  const all = escapesOf(lines).flatMap((escape) => {
    const flagEscapes = escape === '\\' ? ['\\'] : [escape, '\\'];
    // Two at the end of a line continue it for older versions only.
    const one = escape === '\\' ? /(?<!\\)\\[ \t\r]*$/ : /(?<!`)`[ \t\r]*$/;
    const any = escape === '\\' ? /\\[ \t\r]*$/ : /`[ \t\r]*$/;
    return [one, any].flatMap((pattern) =>
      flagEscapes.map((flagEscape) => ({ escape, flagEscape, cutContinuation: cutBy(pattern) })),
    );
  });
  return all as [Dialect, ...Dialect[]];
}

const judged = /^\s*(ONBUILD\s+)?(RUN|COPY|ADD|FROM)(?![A-Za-z0-9])/i;
const isComment = (line: string) => /^\s*#/.test(line);

/** The instruction that begins at `start`, and the line after it. */
function readAt(lines: readonly string[], start: number, dialect: Dialect): { instruction: Instruction; next: number } {
  let whole = '';
  let next = start;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? '';
    if (next > start && (isComment(line) || line.trim() === '')) continue;
    const continued = dialect.cutContinuation(line);
    whole += continued ?? line;
    if (continued === undefined) break;
  }
  const [, onBuild, keyword = '', text = ''] = /^\s*(ONBUILD\s+)?(\S*)\s*([\s\S]*)$/i.exec(whole) ?? [];
  const { flags, rest } = cutFlags(text, dialect.flagEscape);
  const isOnBuild = onBuild !== undefined;
  return {
    instruction: { keyword: keyword.toUpperCase(), isOnBuild, flags, text: rest, line: start, escape: dialect.escape },
    next: next + 1,
  };
}

/** Delimiters of the here-documents that an instruction opens. */
function hereDocuments({ keyword, text }: Instruction): string[] {
  if (!['RUN', 'COPY', 'ADD'].includes(keyword)) return [];
  return [...text.matchAll(/(?:^|\s)\d*<<-?(["']?)([A-Za-z_][A-Za-z0-9_.-]*)\1/g)].map(([, , name = '']) => name);
}

/** Reads the structure of a Dockerfile: what is an instruction, over which lines it goes, and its flags. Judges nothing. */
export function readDockerfile(content: string): DockerfileText {
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  const dialects = dialectsOf(lines);
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || isComment(line)) {
      at++;
      continue;
    }
    const { instruction, next } = readAt(lines, at, dialects[0]);
    instructions.push(instruction);
    at = next;
    for (const name of hereDocuments(instruction)) {
      const end = lines.findIndex((each, index) => index >= at && each.trimStart() === name);
      if (end !== -1) at = end + 1;
    }
  }
  const seen = new Set(instructions.map((each) => JSON.stringify(each)));
  const possible: Instruction[] = [];
  for (const [at, line] of lines.entries()) {
    if (!judged.test(line)) continue;
    for (const dialect of dialects) {
      const { instruction } = readAt(lines, at, dialect);
      const key = JSON.stringify(instruction);
      if (!seen.has(key)) possible.push(instruction);
      seen.add(key);
    }
  }
  return { lines, instructions, possible };
}
