import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { openPty } from '../../../agent/src/terminals/pty.ts';
import { waitUntil } from '../../../server/test/support/wait-until.ts';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The real command with somebody before it. */
export interface TypedDavit {
  /** Waits until this is on the screen. */
  shows(text: string): Promise<void>;
  type(text: string): void;
  resize(size: { cols: number; rows: number }): void;
  /** Its exit code. */
  readonly ended: Promise<number>;
}

/** Runs the real command on a pseudo-terminal of its own. */
export function typeDavit(
  argv: readonly string[],
  { env, cols, rows }: { env: Readonly<Record<string, string>>; cols: number; rows: number },
): TypedDavit {
  const all = { PATH: process.env['PATH'] ?? '', ...env };
  const pty = openPty({ argv: [process.execPath, program, ...argv], env: all, cols, rows });
  let screen = '';
  pty.onData((bytes) => {
    screen += bytes.toString('utf8');
  });
  const ended = new Promise<number>((resolve) => pty.onExit(({ code }) => resolve(code)));
  return {
    ended,
    shows: async (text) => {
      await waitUntil(`the terminal shows ${text}`, () => stripVTControlCharacters(screen).includes(text)).catch(
        (error: Error) => {
          throw new Error(`${error.message}, but:\n${stripVTControlCharacters(screen)}`);
        },
      );
    },
    type: (text) => void pty.write(Buffer.from(text)),
    resize: (size) => pty.resize(size),
  };
}
