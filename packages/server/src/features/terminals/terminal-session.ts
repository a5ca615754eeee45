import { constants } from 'node:os';
import type { InstanceTerminal, TerminalExit } from '../../adapters/runtime/runtime.ts';
import { closeCodes, type SocketConnection } from '../../platform/http/socket-connection.ts';
import { type ExitMessage, parseUpMessage } from './terminal-messages.ts';

const reasons: Record<TerminalExit['reason'], string> = {
  exited: 'The shell has ended.',
  killed: 'The shell was killed: its instance has ended or restarted, or ran out of memory.',
  stopped: 'The instance is being stopped, or replaced by a newer one.',
  idle: 'Nothing was typed or printed for 30 minutes.',
  lost: 'The connection to the instance was lost.',
};

async function type(terminal: InstanceTerminal, connection: SocketConnection): Promise<void> {
  for await (const message of connection.messages) {
    if (message.kind === 'bytes') {
      await terminal.write(message.bytes);
      continue;
    }
    const said = parseUpMessage(message.text);
    if (said?.type === 'resize') terminal.resize(said);
    else if (said?.type === 'end') terminal.endInput();
    else
      connection.close(
        closeCodes.badMessage,
        'A text message must be a resize or an end; what is typed goes in binary ones.',
      );
  }
}

async function show(terminal: InstanceTerminal, connection: SocketConnection): Promise<TerminalExit> {
  for await (const bytes of terminal.output) await connection.sendBytes(bytes);
  return terminal.exit();
}

/** How a session ended: as its terminal did, or `closed`, because whoever sat before it left or had to. */
export interface SessionEnd {
  code: number | null;
  reason: TerminalExit['reason'] | 'closed';
}

/** Connects a terminal with whoever sits before it, until either is gone. */
export async function runTerminalSession(
  terminal: InstanceTerminal,
  connection: SocketConnection,
  what: 'shell' | 'command',
): Promise<SessionEnd> {
  connection.signal.addEventListener('abort', () => terminal.close(), { once: true });
  if (connection.signal.aborted) terminal.close();
  const typing = type(terminal, connection);
  const exit = await show(terminal, connection);
  if (connection.signal.aborted) {
    await typing;
    return { code: null, reason: 'closed' };
  }
  const reason = reasons[exit.reason].replace('shell', what);
  // As a shell has it, of what it started.
  const code = what === 'command' && exit.reason === 'killed' ? 128 + constants.signals.SIGKILL : exit.code;
  const message: ExitMessage = { type: 'exit', code, reason };
  await connection.sendText(JSON.stringify(message));
  connection.close(closeCodes.done, exit.reason);
  await typing;
  return exit;
}
