import type { RawData, WebSocket } from 'ws';

/** What a client says: bytes in binary messages, text in text messages. */
export type SocketMessage = { kind: 'bytes'; bytes: Buffer } | { kind: 'text'; text: string };

/** Why a WebSocket ends (https://www.iana.org/assignments/websocket/websocket.xhtml; 4000 and up are ours). */
export const closeCodes = {
  done: 1000,
  badMessage: 1008,
  failed: 1011,
  restarting: 1012,
  /** The session was ended, or the role does not allow this any more. */
  notAllowed: 4403,
} as const;

/** One open WebSocket, after everything about its request was checked. */
export interface SocketConnection {
  /** What the client says; to be iterated once, and ends with the connection. Whoever does not go on holds the client back. */
  readonly messages: AsyncIterable<SocketMessage>;
  /** Resolves when the client has taken enough for more to be sent; at once when the connection has ended. */
  sendBytes(bytes: Buffer): Promise<void>;
  sendText(text: string): Promise<void>;
  /** `reason`: at most 123 bytes. What was sent before still arrives. */
  close(code: number, reason: string): void;
  /** Aborted when the connection is gone or is being closed. */
  readonly signal: AbortSignal;
}

/** For a client that does not answer a close. */
const CLOSE_GRACE_MS = 2000;

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/** Messages as an iteration: at most one network read of them waits, the rest stays with the client. */
function createInbox(socket: WebSocket, signal: AbortSignal): AsyncIterable<SocketMessage> {
  const waiting: SocketMessage[] = [];
  let wake = (): void => {};
  signal.addEventListener('abort', () => wake(), { once: true });
  socket.on('message', (data, isBinary) => {
    const bytes = bytesOf(data);
    waiting.push(isBinary ? { kind: 'bytes', bytes } : { kind: 'text', text: bytes.toString('utf8') });
    socket.pause();
    wake();
  });
  return (async function* () {
    while (!signal.aborted) {
      const message = waiting.shift();
      if (message) {
        yield message;
        continue;
      }
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      socket.resume();
      await woken;
    }
  })();
}

/** Wraps a WebSocket that was just opened. */
export function createSocketConnection(socket: WebSocket): SocketConnection {
  const over = new AbortController();
  socket.on('close', () => over.abort());
  // What is no WebSocket frame, or one that is too large: the library closes with the code for it.
  socket.on('error', () => over.abort());

  async function send(data: Buffer | string): Promise<void> {
    if (over.signal.aborted) return;
    // Called back for what could not be sent, too.
    await new Promise<void>((resolve) => socket.send(data, () => resolve()));
  }

  return {
    messages: createInbox(socket, over.signal),
    sendBytes: send,
    sendText: send,
    close(code, reason) {
      // A paused connection would not hear the answer.
      socket.resume();
      socket.close(code, reason);
      over.abort();
      setTimeout(() => socket.terminate(), CLOSE_GRACE_MS).unref();
    },
    signal: over.signal,
  };
}
