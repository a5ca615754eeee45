/** One flag before the arguments of an instruction, such as `--mount=type=cache,target=/c`. */
export interface InstructionFlag {
  name: string;
  value: string;
}

/** Bytes as characters, and back: BuildKit looks for flags byte by byte, so that a part of a letter can be a space to it. */
const toBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const fromBytes = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8');
const byteSpace = /[\t-\r \x85\xa0]/;

/** The flags at the beginning of `text`, with quotes and escapes taken away as BuildKit does it. */
export function cutFlags(text: string, escape: string): { flags: InstructionFlag[]; rest: string } {
  const bytes = toBytes(text);
  const flags: InstructionFlag[] = [];
  let at = 0;
  for (;;) {
    while (byteSpace.test(bytes[at] ?? '')) at++;
    if (!bytes.startsWith('--', at)) return { flags, rest: fromBytes(bytes.slice(at)).trim() };
    let word = '';
    let quote = '';
    for (; at < bytes.length; at++) {
      const character = bytes[at] ?? '';
      if (quote === '' && byteSpace.test(character)) break;
      if (character === escape) word += bytes[++at] ?? '';
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === quote) quote = '';
      else word += character;
    }
    if (word === '--') return { flags, rest: fromBytes(bytes.slice(at)).trim() };
    const [, name = '', value = ''] = /^--([^=]*)=?([\s\S]*)$/.exec(word) ?? [];
    flags.push({ name: name.toLowerCase(), value });
  }
}
