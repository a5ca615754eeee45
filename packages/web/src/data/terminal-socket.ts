import { api, unwrap } from './api-client.ts';
import { connection } from './connection.ts';
import { explainError } from './explain-error.ts';
import { parseTerminalExit, type TerminalEnd, type TerminalExit, terminalEndOf } from './terminal-end.ts';
import { inMessages } from './terminal-messages.ts';

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

export interface TerminalSocketOptions {
  serviceId: string;
  instanceId: string;
  /** In characters, when it opens. */
  size: TerminalSize;
  onOpen: () => void;
  onBytes: (bytes: Uint8Array) => void;
  /** Called once, as the last. */
  onEnd: (end: TerminalEnd) => void;
}

/** One terminal, from the wish to open it to its end. Nothing is called back after `close`. */
export interface TerminalSocket {
  /** What was typed or pasted; nothing happens when it is not open. */
  send: (bytes: Uint8Array) => void;
  resize: (size: TerminalSize) => void;
  close: () => void;
}

/** Opens a shell in an instance over a WebSocket. */
export function openTerminalSocket(options: TerminalSocketOptions): TerminalSocket {
  const { serviceId, instanceId, onOpen, onBytes, onEnd } = options;
  let { size } = options;
  let socket: WebSocket | undefined;
  let isOver = false;

  function end(reached: TerminalEnd): void {
    if (isOver) return;
    isOver = true;
    // Whether it is away at all, and until when, is found out by asking.
    if (reached.kind === 'away') connection.reportAway();
    onEnd(reached);
  }

  async function open(): Promise<void> {
    try {
      await requireStanding(serviceId);
    } catch (error) {
      const { title, hint } = explainError(error);
      end({ kind: 'refused', reason: `${title} ${hint}` });
      return;
    }
    if (isOver) return;
    const url = new URL(`/v1/services/${serviceId}/instances/${instanceId}/terminal`, globalThis.location.origin);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.search = new URLSearchParams({ cols: String(size.cols), rows: String(size.rows) }).toString();
    socket = new WebSocket(url);
    listen(socket);
  }

  function listen(opened: WebSocket): void {
    let wasOpen = false;
    let exit: TerminalExit | undefined;
    opened.binaryType = 'arraybuffer';
    opened.addEventListener('open', () => {
      wasOpen = true;
      if (isOver) return;
      resize(size);
      onOpen();
    });
    opened.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (isOver) return;
      if (typeof data === 'string') exit = parseTerminalExit(data) ?? exit;
      else onBytes(new Uint8Array(data));
    });
    opened.addEventListener('close', ({ code, reason }) => end(terminalEndOf({ code, reason, wasOpen, exit })));
  }

  function resize(next: TerminalSize): void {
    size = next;
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'resize', ...next }));
  }

  void open();
  return {
    send(bytes) {
      if (socket?.readyState !== WebSocket.OPEN) return;
      for (const message of inMessages(bytes)) socket.send(message);
    },
    resize,
    close() {
      isOver = true;
      socket?.close();
    },
  };
}

/** A WebSocket neither renews an access token that has run out nor says why it is refused: a plain call before it does both. */
async function requireStanding(serviceId: string): Promise<void> {
  await unwrap(api.GET('/v1/services/{id}', { params: { path: { id: serviceId } } }));
}
