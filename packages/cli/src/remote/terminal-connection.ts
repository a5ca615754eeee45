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

/** A shell at the other end of a WebSocket. */
export interface TerminalConnection {
  send(bytes: Buffer): void;
  resize(size: TerminalSize): void;
  close(): void;
  /**
   * Resolves with the exit code of the shell.
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
  if (close.code === restarting) throw failed('davit is stopping or starting again, which ended the shell.');
  throw failed('The connection to davit was lost, which ended the shell.');
}

/**
 * Opens a shell in an instance; what it prints is handed to `onBytes` as it comes.
 * @throws ApiError when it is refused; UnreachableError
 */
export async function openTerminal(
  { locate, token }: Connection,
  { serviceId, instanceId, size }: { serviceId: string; instanceId: string; size: TerminalSize },
  onBytes: (bytes: Buffer) => void,
): Promise<TerminalConnection> {
  const base = await locate();
  const url = new URL(
    `/v1/services/${encodeURIComponent(serviceId)}/instances/${encodeURIComponent(instanceId)}/terminal`,
    base,
  );
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = new URLSearchParams({ cols: String(size.cols), rows: String(size.rows) }).toString();
  const bearer = await token();
  const socket = new WebSocket(url, {
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    perMessageDeflate: false,
  });
  let exit: Exit | undefined;
  let isClosed = false;
  socket.on('message', (data, isBinary) => {
    if (isBinary) onBytes(data as Buffer);
    else exit = JSON.parse((data as Buffer).toString('utf8')) as Exit;
  });
  const ended = once(socket, 'close').then(([code, reason]) => {
    if (isClosed) throw cancelled('The shell was closed.');
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
    send(bytes) {
      for (let at = 0; at < bytes.length; at += largestMessage) socket.send(bytes.subarray(at, at + largestMessage));
    },
    resize: (changed) => socket.send(JSON.stringify({ type: 'resize', ...changed })),
    close() {
      isClosed = true;
      socket.close();
    },
  };
}
