import type { WebSocket } from 'ws';
import { closeCodes, type SocketConnection } from './socket-connection.ts';

export interface SocketGuardOptions {
  everyMs: number;
  /** Why the connection may not go on; undefined when it may. */
  findObjection(): Promise<string | undefined>;
}

/** Beats without a sign of life after which a client is taken for gone. */
const SILENT_BEATS = 6;

/** Looks after an open WebSocket: ends it when its caller may no longer have it, or when its client is gone without a word. */
export function guardSocket(socket: WebSocket, connection: SocketConnection, options: SocketGuardOptions): void {
  let silent = 0;
  let asking = false;
  socket.on('pong', () => {
    silent = 0;
  });

  async function ask(): Promise<void> {
    asking = true;
    try {
      const objection = await options.findObjection();
      if (objection !== undefined && !connection.signal.aborted) connection.close(closeCodes.notAllowed, objection);
    } catch {
      // The check itself failed, as when the database is away: the next beat asks again.
    } finally {
      asking = false;
    }
  }

  const timer = setInterval(() => {
    // Of a client that is held back nothing is heard.
    silent = socket.isPaused ? 0 : silent + 1;
    if (silent > SILENT_BEATS) {
      socket.terminate();
      return;
    }
    socket.ping();
    if (!asking) void ask();
  }, options.everyMs);
  connection.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
