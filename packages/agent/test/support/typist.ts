import type { AgentClient, AgentTerminal } from '../../src/client/create-agent-client.ts';
import type { TerminalSize } from '../../src/protocol/terminal-frames.ts';
import { until } from './observe.ts';

/** A terminal with somebody before it. */
export interface Typist {
  readonly terminal: AgentTerminal;
  /** All that was printed. */
  screen(): string;
  type(text: string): Promise<void>;
  /** Types a line of shell and gives what it printed. */
  run(line: string): Promise<string>;
  /** Resolves when the terminal has ended. */
  readonly over: Promise<void>;
}

/** Opens a terminal and reads along. */
export async function sitDown(client: AgentClient, id: string, size?: TerminalSize): Promise<Typist> {
  const terminal = await client.openTerminal(id, size ?? { cols: 100, rows: 30 });
  let screen = '';
  let count = 0;
  const over = (async () => {
    for await (const bytes of terminal.output) screen += bytes.toString('utf8');
  })();
  const type = (text: string): Promise<void> => terminal.write(Buffer.from(text));
  return {
    terminal,
    over,
    type,
    screen: () => screen,
    async run(line) {
      const mark = `done-${++count}`;
      // What is typed is shown too: the marks in it are not those that are printed.
      await type(`printf '<%s>' ${mark}; ${line}; printf '</%s>' ${mark}\n`);
      const printed = await until(`the end of ${line}`, () =>
        new RegExp(`<${mark}>([\\s\\S]*)</${mark}>`).exec(screen)?.slice(1),
      );
      return (printed[0] ?? '').replaceAll('\r\n', '\n').trim();
    },
  };
}
