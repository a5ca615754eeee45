import { cutFlags, type InstructionFlag } from './cut-flags.ts';
import { escapesOf } from './escape-directive.ts';
import { endOfHereDocument, hereDocumentsOf } from './here-documents.ts';

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
  /** Whether every version reads it, with the same text. */
  isSure: boolean;
}

export interface DockerfileText {
  lines: readonly string[];
  /** In the order of the file, as the newest BuildKit reads it; bodies of here-documents are none. */
  instructions: Instruction[];
  /**
   * What else could be an instruction for some version of BuildKit, in the order of the file: lines in here-documents, which
   * older ones do not know, and what is behind a continuation that versions read differently.
   */
  possible: Instruction[];
  /** Index of a line whose continuations are too many to be read in every way. */
  tangled: number | undefined;
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

const keywords = ['RUN', 'COPY', 'ADD', 'FROM', 'ENV', 'ARG'].flatMap((keyword) => [keyword, `ONBUILD ${keyword}`]);
const isVariable = /^(?:ENV|ARG)$/;
/** Characters that are read once more for lines that continue each other. */
const mostCharacters = 16 * 1024 * 1024;
const isComment = (line: string) => /^\s*#/.test(line);

/** Whether a continuation of these lines counts for every version or for none. */
const isAgreed = (lines: readonly string[], dialects: readonly Dialect[]) =>
  lines.every((line) => new Set(dialects.map((dialect) => dialect.cutContinuation(line))).size === 1);

/** The instruction that begins at `start`, its lines as one, and the line after it. */
function readAt(lines: readonly string[], start: number, dialect: Dialect) {
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
  const instruction: Instruction = {
    keyword: keyword.toUpperCase(),
    isOnBuild: onBuild !== undefined,
    flags,
    text: rest,
    line: start,
    escape: dialect.escape,
    isSure: false,
  };
  return { instruction, whole, next: next + 1 };
}

/** Whether what would begin at `start` is of interest; its keyword may go over several lines itself. */
function isJudged(lines: readonly string[], start: number, dialect: Dialect): boolean {
  let found = '';
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (at > start && (isComment(line) || line.trim() === '')) continue;
    const continued = dialect.cutContinuation(line);
    const added = (found + (continued ?? line).replaceAll(/\s+/g, ' ')).trimStart();
    found = added.replace(/\s+/g, ' ').slice(0, 32).toUpperCase();
    if (keywords.some((keyword) => found.startsWith(`${keyword} `))) return true;
    if (continued === undefined) return keywords.includes(found);
    // Lines of a continuation alone: what follows them begins by itself.
    if (found === '' || !keywords.some((keyword) => keyword.startsWith(found))) return false;
  }
  return keywords.includes(found);
}

function isJson(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

/** What the newest version reads, and which lines continue others for all of them. */
function readInstructions(lines: readonly string[], dialects: readonly [Dialect, ...Dialect[]]) {
  const instructions: Instruction[] = [];
  const continued = new Set<number>();
  let isSure = new Set(dialects.map(({ escape }) => escape)).size === 1;
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || isComment(line)) {
      at++;
      continue;
    }
    const { instruction, whole, next } = readAt(lines, at, dialects[0]);
    isSure &&= isAgreed(lines.slice(at, next), dialects);
    instructions.push({ ...instruction, isSure });
    if (isSure) for (let index = at + 1; index < next; index++) continued.add(index);
    at = next;
    if (!['RUN', 'COPY', 'ADD'].includes(instruction.keyword)) continue;
    const { found, isPlain } = hereDocumentsOf(whole, isJson(instruction.text));
    isSure &&= isPlain;
    for (const document of found) {
      const end = endOfHereDocument(document, lines, at);
      isSure &&= end !== undefined;
      at = end ?? at;
    }
  }
  return { instructions, continued };
}

const keyOf = (instruction: Instruction) => JSON.stringify({ ...instruction, isSure: undefined });

/** Reads the structure of a Dockerfile: what is an instruction, over which lines it goes, and its flags. Judges nothing. */
export function readDockerfile(content: string): DockerfileText {
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  const dialects = dialectsOf(lines);
  const { instructions, continued } = readInstructions(lines, dialects);
  const seen = new Set(instructions.map(keyOf));
  const possible: Instruction[] = [];
  let left = mostCharacters;
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '' || isComment(line)) continue;
    for (const dialect of dialects) {
      if (!isJudged(lines, at, dialect)) continue;
      const { instruction, whole, next } = readAt(lines, at, dialect);
      left -= whole.length + 64 * (next - at);
      if (left < 0) return { lines, instructions, possible, tangled: at };
      // As the beginning of a line it is seldom meant: `env NAME=value command …`.
      if (continued.has(at) && isVariable.test(instruction.keyword)) continue;
      const key = keyOf(instruction);
      if (!seen.has(key)) possible.push(instruction);
      seen.add(key);
    }
  }
  return { lines, instructions, possible, tangled: undefined };
}
