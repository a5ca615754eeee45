/** One flag before the arguments of an instruction, such as `--mount=type=cache,target=/c`. */
export interface InstructionFlag {
  name: string;
  value: string;
}

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
}

export interface DockerfileText {
  lines: readonly string[];
  /** In the order of the file; bodies of here-documents are none. */
  instructions: Instruction[];
  /**
   * Every line that could be an instruction for some version of BuildKit: also those in here-documents, which older ones do
   * not know, and those behind a continuation that versions read differently.
   */
  possible: Instruction[];
}

const directive = /^#\s*escape\s*=\s*([\\`])\s*$/i;

/** The flags at the beginning of `text`, with quotes and escapes taken away as BuildKit does it. */
function cutFlags(text: string, escape: string): { flags: InstructionFlag[]; rest: string } {
  const flags: InstructionFlag[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    if (!text.startsWith('--', at)) return { flags, rest: text.slice(at) };
    let word = '';
    let quote = '';
    for (; at < text.length; at++) {
      const character = text[at] ?? '';
      if (quote === '' && /\s/.test(character)) break;
      if (character === escape && at + 1 < text.length) word += text[++at] ?? '';
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === quote) quote = '';
      else word += character;
    }
    if (word === '--') return { flags, rest: text.slice(at).trimStart() };
    const [, name = '', value = ''] = /^--([^=]*)=?([\s\S]*)$/.exec(word) ?? [];
    flags.push({ name: name.toLowerCase(), value });
  }
}

/** Delimiters of the here-documents that an instruction opens. */
function hereDocuments({ keyword, text }: Instruction): string[] {
  if (!['RUN', 'COPY', 'ADD'].includes(keyword)) return [];
  return [...text.matchAll(/(?:^|\s)\d*<<-?(["']?)([A-Za-z_][A-Za-z0-9_.-]*)\1/g)].map(([, , name = '']) => name);
}

/** Reads the structure of a Dockerfile: what is an instruction, over which lines it goes, and its flags. Judges nothing. */
export function readDockerfile(content: string): DockerfileText {
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  const escape = lines.flatMap((line) => directive.exec(line)?.[1] ?? [])[0] ?? '\\';
  const isComment = (line: string) => /^\s*#/.test(line);

  /** The instruction that begins at `start`, and the line after it. */
  function readAt(start: number): { instruction: Instruction; next: number } {
    let whole = '';
    let next = start;
    for (; next < lines.length; next++) {
      const line = lines[next] ?? '';
      if (next > start && (isComment(line) || line.trim() === '')) continue;
      const trimmed = line.trimEnd();
      const goesOn = trimmed.endsWith(escape);
      whole += goesOn ? trimmed.slice(0, -1) : line;
      if (!goesOn) break;
    }
    const [, onBuild, keyword = '', text = ''] = /^\s*(ONBUILD\s+)?(\S*)\s*([\s\S]*)$/i.exec(whole) ?? [];
    const { flags, rest } = cutFlags(text, escape);
    const isOnBuild = onBuild !== undefined;
    return {
      instruction: { keyword: keyword.toUpperCase(), isOnBuild, flags, text: rest, line: start },
      next: next + 1,
    };
  }

  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || isComment(line)) {
      at++;
      continue;
    }
    const { instruction, next } = readAt(at);
    instructions.push(instruction);
    at = next;
    for (const name of hereDocuments(instruction)) {
      const end = lines.findIndex((each, index) => index >= at && each.trimStart() === name);
      if (end !== -1) at = end + 1;
    }
  }
  const possible = lines.flatMap((line, at) =>
    /^\s*(ONBUILD\s+)?(RUN|COPY|ADD|FROM)(?![A-Za-z0-9])/i.test(line) ? [readAt(at).instruction] : [],
  );
  return { lines, instructions, possible };
}
