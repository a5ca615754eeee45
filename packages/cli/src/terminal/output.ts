import { createStyle, type Style } from './style.ts';

export interface OutputOptions {
  json: boolean;
  quiet: boolean;
  noColour: boolean;
  stdout?: NodeJS.WriteStream;
  stderr?: NodeJS.WriteStream;
}

/** What a command gives back: the same for people, for scripts and for programs. */
export interface Result {
  /** With `--json`. */
  value: unknown;
  text: string;
  /** With `--quiet`, the one thing that a script wants; nothing when it is left out. */
  quiet?: string;
}

/** Where a command writes. Results go to stdout, all that is said on the way to stderr. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  /** For text on stdout. */
  readonly style: Style;
  /** For text on stderr. */
  readonly noteStyle: Style;
  /** Whether somebody watches stderr, so that it may be drawn on. */
  readonly isLive: boolean;
  /** Whether colours from elsewhere, such as those of a log, may reach stdout. */
  readonly colours: boolean;
  result(result: Result): void;
  /** One line of a stream, such as a log: with `--json` the value as one line. */
  item(value: unknown, text: string): void;
  /** Said on the way; not with `--quiet` or `--json`. */
  note(text: string): void;
  /** Said whatever the options are. */
  warn(text: string): void;
}

export function createOutput(options: OutputOptions): Output {
  const { json, quiet, noColour, stdout = process.stdout, stderr = process.stderr } = options;
  const colours = !noColour && !json && stdout.isTTY;
  const noteStyle = createStyle(!noColour && stderr.isTTY);
  const write = (text: string) => {
    if (text !== '') stdout.write(`${text}\n`);
  };
  return {
    json,
    quiet,
    colours,
    style: createStyle(colours),
    noteStyle,
    isLive: stderr.isTTY && !json && !quiet,
    result({ value, text, quiet: brief = '' }) {
      if (json) write(JSON.stringify(value, null, 2));
      else write(quiet ? brief : text);
    },
    item: (value, text) => write(json ? JSON.stringify(value) : text),
    note(text) {
      if (!quiet && !json) stderr.write(`${text}\n`);
    },
    warn: (text) => stderr.write(`${noteStyle.yellow('warning:')} ${text}\n`),
  };
}
