import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { AgentError } from '../protocol/agent-error.ts';
import { type AgentErrorBody, PROTOCOL_VERSION } from '../protocol/protocol.ts';
import {
  createFrameReader,
  encodeFrame,
  LARGEST_FRAME_BYTES,
  TERMINAL_PROTOCOL,
  type TerminalExit,
  type TerminalSize,
} from '../protocol/terminal-frames.ts';

/** A shell within an instance. Ends with the connection. */
export interface AgentTerminal {
  /**
   * What its programs print, as it comes; to be iterated once. Whoever does not go on holds the programs back. Ends with the
   * terminal.
   */
  readonly output: AsyncIterable<Buffer>;
  /** How it ended, once `output` has; `null` when the connection was lost. */
  readonly exit: TerminalExit | null;
  /** Types; resolves when more may be typed. */
  write(bytes: Buffer): Promise<void>;
  /** The end of a command's input, where it has no terminal. */
  end(): void;
  resize(size: TerminalSize): void;
  /** Ends it, with all that was started in it. */
  close(): void;
}

async function readRefusal(response: IncomingMessage): Promise<AgentError> {
  try {
    const { code, message } = JSON.parse(await text(response)) as AgentErrorBody;
    return new AgentError(code, message);
  } catch (thrown) {
    return new AgentError('AGENT_INTERNAL', `The agent answered with status ${response.statusCode}.`, thrown);
  }
}

/** Asks the agent for a connection that is a terminal's from then on. @throws AgentError, or the reason of `signal` */
function upgrade(socketPath: string, path: string, signal: AbortSignal | undefined): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: TERMINAL_PROTOCOL,
      'x-davit-protocol': String(PROTOCOL_VERSION),
    };
    const call = request({ socketPath, path, headers, agent: false, ...(signal ? { signal } : {}) });
    call.once('upgrade', (_response, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    call.once('response', (response) => void readRefusal(response).then(reject));
    call.once('error', (cause) => {
      if (signal?.aborted) reject(signal.reason as Error);
      else
        reject(new AgentError('AGENT_UNREACHABLE', 'The agent of this machine does not answer: is it running?', cause));
    });
    call.end();
  });
}

/** Opens a terminal at `path` of the agent behind a unix socket. `signal` ends only the opening. */
export async function openAgentTerminal(
  socketPath: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<AgentTerminal> {
  const socket = await upgrade(socketPath, path, signal);
  const readFrames = createFrameReader();
  let exit: TerminalExit | null = null;
  socket.on('error', () => undefined);

  async function* read(): AsyncGenerator<Buffer, void, undefined> {
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        for (const frame of readFrames(chunk)) {
          if (frame.kind === 'bytes' && frame.bytes.length > 0) yield frame.bytes;
          else if (frame.kind === 'exit') exit = frame.exit;
        }
      }
    } catch (thrown) {
      // A connection that breaks is an end like another; bytes that are no frames are not.
      if (!socket.destroyed) throw thrown;
    } finally {
      socket.destroy();
    }
  }

  return {
    output: read(),
    get exit() {
      return exit;
    },
    async write(bytes) {
      for (let at = 0; at < bytes.length && !socket.destroyed; at += LARGEST_FRAME_BYTES) {
        const frame = encodeFrame({ kind: 'bytes', bytes: bytes.subarray(at, at + LARGEST_FRAME_BYTES) });
        if (!socket.write(frame))
          await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
      }
    },
    end: () => void (socket.destroyed || socket.write(encodeFrame({ kind: 'end' }))),
    resize: (size) => void (socket.destroyed || socket.write(encodeFrame({ kind: 'resize', size }))),
    close: () => void socket.destroy(),
  };
}
