import { stripVTControlCharacters } from 'node:util';

/** As much of a terminal as davit uses: writing, going up and to a column, erasing to the end, the cursor that is hidden, pastes that are marked. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
  /** What can be read on it now, and above it. */
  text(): string;
  /** All that was to be read on it at any time. */
  everything(): string;
  hasCursor(): boolean;
  /** Whether it was asked to mark where a paste begins and ends. */
  marksPastes(): boolean;
}

const sequence = /\u001b\[[?0-9;]*[A-Za-z]|[\s\S]/gu;

const unended = /\u001b(?:\[[?0-9;]*)?$/u;

/** An empty one. */
export function createScreen(columns = 40, rows = 10): Screen {
  const lines = [''];
  let row = 0;
  let column = 0;
  let cursor = true;
  let pastes = false;
  let everything = '';
  let torn = '';
  const take = (part: string) => {
    const [, count = '', name] = /^\u001b\[([?0-9;]*)([A-Za-z])$/.exec(part) ?? [];
    if (name === 'A') row -= Number(count);
    else if (name === 'G') column = Number(count) - 1;
    else if (name === 'J') lines.splice(row, lines.length, (lines[row] ?? '').slice(0, column));
    else if (count === '?25') cursor = name === 'h';
    else if (count === '?2004') pastes = name === 'h';
    else if (part === '\r') column = 0;
    else if (part === '\n') {
      row += 1;
      column = 0;
      lines[row] ??= '';
    } else if (name === undefined) {
      const line = (lines[row] ?? '').padEnd(column);
      lines[row] = line.slice(0, column) + part + line.slice(column + 1);
      column += 1;
    }
  };
  return {
    columns,
    rows,
    text: () => lines.join('\n'),
    everything: () => stripVTControlCharacters(everything),
    hasCursor: () => cursor,
    marksPastes: () => pastes,
    write(text) {
      const whole = torn + text;
      torn = unended.exec(whole)?.[0] ?? '';
      everything += text;
      for (const [part] of whole.slice(0, whole.length - torn.length).matchAll(sequence)) take(part);
    },
  };
}
