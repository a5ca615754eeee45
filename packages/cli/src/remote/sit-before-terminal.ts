import type { Connection } from '../session/connection.ts';
import { openTerminal, type TerminalSize, type TerminalTarget } from './terminal-connection.ts';

const sizeOf = ({ columns, rows }: NodeJS.WriteStream): TerminalSize => ({ cols: columns, rows });

/**
 * Connects this terminal with a shell or a command in an instance until that ends. Every key is its own, Ctrl-C too.
 *
 * @returns its exit code
 * @throws CliError when something else than itself ended it
 */
export async function sitBeforeTerminal(connection: Connection, target: TerminalTarget): Promise<number> {
  const { stdin, stdout } = process;
  const size = sizeOf(stdout);
  const terminal = await openTerminal(connection, { ...target, size }, async (bytes) => void stdout.write(bytes));
  const onKeys = (bytes: Buffer) => void terminal.send(bytes);
  const onResize = () => terminal.resize(sizeOf(stdout));
  // The window was closed, or somebody ends this command: the shell ends with it.
  const onSignal = () => terminal.close();
  stdin.setRawMode(true);
  stdin.on('data', onKeys);
  stdout.on('resize', onResize);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  try {
    return await terminal.ended;
  } finally {
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
    stdout.off('resize', onResize);
    stdin.off('data', onKeys);
    stdin.setRawMode(false);
    stdin.pause();
  }
}
