import { once } from 'node:events';
import type { Connection } from '../session/connection.ts';
import { openTerminal, type TerminalTarget } from './terminal-connection.ts';

/** Whoever reads may be slower than what writes. */
async function print(bytes: Buffer): Promise<void> {
  const file = bytes[0] === 2 ? process.stderr : process.stdout;
  if (!file.write(bytes.subarray(1))) await once(file, 'drain');
}

/**
 * Runs a command in an instance with the input and the outputs of this one, until it ends. Nobody needs a terminal.
 *
 * @returns its exit code
 * @throws CliError when something else than itself ended it
 */
export async function runInInstance(connection: Connection, target: TerminalTarget): Promise<number> {
  const { stdin } = process;
  const session = await openTerminal(connection, { ...target, size: undefined }, print);
  async function feed(): Promise<void> {
    for await (const bytes of stdin as AsyncIterable<Buffer>) await session.send(bytes);
    session.end();
  }
  // An input that cannot be read is at its end.
  feed().catch(() => session.end());
  const onSignal = () => session.close();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  try {
    return await session.ended;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
    // Nobody needs the rest of it.
    stdin.destroy();
  }
}
