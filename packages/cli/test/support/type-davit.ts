import { StringDecoder } from 'node:string_decoder';
import { fileURLToPath } from 'node:url';
import { openPty } from '../../../agent/src/terminals/pty.ts';
import { waitUntil } from '../../../server/test/support/wait-until.ts';
import { createScreen, type Screen } from './screen.ts';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const terminalLeftOtherwise = 99;
/** As a shell runs it, which afterwards looks whether it finds the terminal as it gave it away. */
const run = `before=$(stty -g); trap : INT; "$@"; code=$?
[ "$(stty -g)" = "$before" ] || exit ${terminalLeftOtherwise}; exit $code`;

/** The real command with somebody before it. */
export interface TypedDavit {
  readonly screen: Pick<Screen, 'text' | 'everything' | 'hasCursor' | 'marksPastes'>;
  /** Waits until this is on the screen, or was. */
  shows(text: string): Promise<void>;
  type(text: string): void;
  resize(size: { cols: number; rows: number }): void;
  /** Its exit code. Rejects when it left the terminal otherwise than it was. */
  readonly ended: Promise<number>;
}

/** Runs the real command on a pseudo-terminal of its own. */
export function typeDavit(
  argv: readonly string[],
  { env, cols, rows }: { env: Readonly<Record<string, string>>; cols: number; rows: number },
): TypedDavit {
  const all = { PATH: process.env['PATH'] ?? '', ...env };
  const pty = openPty({ argv: ['sh', '-c', run, 'sh', process.execPath, program, ...argv], env: all, cols, rows });
  const screen = createScreen(cols, rows);
  const decoder = new StringDecoder('utf8');
  pty.onData((bytes) => screen.write(decoder.write(bytes)));
  const ended = new Promise<number>((resolve, reject) =>
    pty.onExit(({ code }) => {
      if (code === terminalLeftOtherwise)
        reject(new Error(`the terminal is left otherwise than it was:\n${screen.text()}`));
      else resolve(code);
    }),
  );
  // Whoever waits for something else meanwhile is told by that.
  ended.catch(() => undefined);
  return {
    screen,
    ended,
    shows: async (text) => {
      await waitUntil(`the terminal shows ${text}`, () => screen.everything().includes(text)).catch((error: Error) => {
        throw new Error(`${error.message}, but:\n${screen.text()}`);
      });
    },
    type: (text) => void pty.write(Buffer.from(text)),
    resize: (size) => pty.resize(size),
  };
}
