import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { toApiError, UnreachableError } from '@davit/api';
import { WebSocket } from 'ws';
import { cancelled, failed, notAuthorised } from '../command-line/cli-error.ts';
import type { Connection } from '../session/connection.ts';

/** In characters. */
export interface TerminalSize {
  cols: number;
  rows: number;
}

/** What is to run, and where. */
export interface TerminalTarget {
  serviceId: string;
  instanceId: string;
  /** A shell when it is left out. */
  command?: readonly string[] | undefined;
}

/** A shell or a command at the other end of a WebSocket. */
export interface TerminalConnection {
  /** Resolves when more can be sent. */
  send(bytes: Buffer): Promise<void>;
  /** The end of the input of a command that has no terminal. */
  end(): void;
  resize(size: TerminalSize): void;
  close(): void;
  /**
   * Resolves with the exit code.
   * @throws CliError when something else than itself ended it
   */
  readonly ended: Promise<number>;
}

/** The server takes messages of at most 64 KiB. */
const largestMessage = 32 * 1024;
// Of the WebSocket's end (RFC 6455, 7.4); 4403 is davit's own: session or role do not allow it any more.
const restarting = 1012;
const notAllowed = 4403;

interface Exit {
  code: number | null;
  reason: string;
}

async function refusalOf(answer: IncomingMessage): Promise<Error> {
  const headers = { 'content-type': answer.headers['content-type'] ?? '' };
  return await toApiError(new Response(await text(answer), { status: answer.statusCode ?? 500, headers }));
}

function exitCodeOf(exit: Exit | undefined, close: { code: number; reason: string }): number {
  if (exit !== undefined && exit.code !== null) return exit.code;
  if (exit !== undefined) throw failed(exit.reason);
  if (close.code === notAllowed) throw notAuthorised(close.reason);
  if (close.code === restarting) throw failed('davit is stopping or starting again, which ended it.');
  throw failed('The connection to davit was lost, which ended it.');
}

/**
 * Opens a shell or begins a command in an instance; what it prints is handed to `onBytes` as it comes, and no more comes until
 * that has resolved. Without a size it gets no terminal: then the first byte of each piece is 1 for stdout, 2 for stderr.
 *
 * @throws ApiError when it is refused; UnreachableError
 */
export async function openTerminal(
  { locate, token }: Connection,
  { serviceId, instanceId, command = [], size }: TerminalTarget & { size: TerminalSize | undefined },
  onBytes: (bytes: Buffer) => Promise<void>,
): Promise<TerminalConnection> {
  const base = await locate();
  const url = new URL(
    `/v1/services/${encodeURIComponent(serviceId)}/instances/${encodeURIComponent(instanceId)}/terminal`,
    base,
  );
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  if (size === undefined) url.searchParams.set('tty', 'false');
  else url.search = new URLSearchParams({ cols: String(size.cols), rows: String(size.rows) }).toString();
  for (const word of command) url.searchParams.append('command', word);
  const bearer = await token();
  const socket = new WebSocket(url, {
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    perMessageDeflate: false,
  });
  let exit: Exit | undefined;
  let isClosed = false;
  let shown: Promise<void> = Promise.resolve();
  socket.on('message', (data, isBinary) => {
    if (isBinary) {
      socket.pause();
      shown = shown.then(() => onBytes(data as Buffer)).finally(() => socket.resume());
    } else exit = JSON.parse((data as Buffer).toString('utf8')) as Exit;
  });
  const ended = once(socket, 'close').then(async ([code, reason]) => {
    await shown;
    if (isClosed) throw cancelled('It was ended.');
    return exitCodeOf(exit, { code: code as number, reason: String(reason) });
  });
  ended.catch(() => undefined);
  const refused = once(socket, 'unexpected-response').then(async ([, response]) => {
    throw await refusalOf(response as IncomingMessage);
  });
  refused.catch(() => undefined);
  const opened = once(socket, 'open').catch((cause: unknown) => {
    throw new UnreachableError(base, cause);
  });
  await Promise.race([opened, refused]);
  // What is wrong from here on is told by how it closes.
  socket.on('error', () => undefined);
  return {
    ended,
    async send(bytes) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / largestMessage) }, (_, index) =>
        bytes.subarray(index * largestMessage, (index + 1) * largestMessage),
      );
      // Called back for what could not be sent, too: that it is over is told by `ended`.
      await Promise.all(pieces.map((piece) => new Promise<void>((sent) => socket.send(piece, () => sent()))));
    },
    end: () => socket.send(JSON.stringify({ type: 'end' })),
    resize: (changed) => socket.send(JSON.stringify({ type: 'resize', ...changed })),
    close() {
      isClosed = true;
      socket.close();
    },
  };
}
