import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ClientOptions, WebSocket } from 'ws';
import { waitUntil } from './wait-until.ts';

/** An answer that is no WebSocket. */
export interface RefusedTerminal {
  status: number;
  body: { code: string; detail: string };
}

/** A client before an open terminal. */
export interface TerminalClient {
  readonly socket: WebSocket;
  /** All that was printed. */
  screen(): string;
  /** Text messages, parsed. */
  said(): unknown[];
  type(bytes: string): void;
  /** Types a line and waits until `shown` is on the screen. */
  run(line: string, shown: string): Promise<void>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

/** Opens a terminal. @throws Error whose cause is a {@link RefusedTerminal} when it is refused */
export async function openTerminalClient(
  url: string,
  headers: Record<string, string>,
  options: ClientOptions = {},
): Promise<TerminalClient> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers, ...options });
  let screen = '';
  const said: unknown[] = [];
  socket.on('message', (data, isBinary) => {
    const message = (data as Buffer).toString('utf8');
    if (isBinary) screen += message;
    else said.push(JSON.parse(message));
  });
  const refused = once(socket, 'unexpected-response').then(async ([, response]) => {
    const answer = response as IncomingMessage;
    const body = JSON.parse(await text(answer)) as RefusedTerminal['body'];
    const refusal: RefusedTerminal = { status: answer.statusCode ?? 0, body };
    throw new Error(`refused: ${body.code}`, { cause: refusal });
  });
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) }));
  refused.catch(() => undefined);
  closed.catch(() => undefined);
  await Promise.race([once(socket, 'open'), refused]);
  return {
    socket,
    closed,
    screen: () => screen,
    said: () => said,
    type: (bytes) => socket.send(Buffer.from(bytes)),
    async run(line, shown) {
      socket.send(Buffer.from(`${line}\n`));
      await waitUntil(`${line} shows ${shown}`, () => screen.includes(shown));
    },
  };
}

/** How a terminal is refused. */
export async function refusalOf(opening: Promise<unknown>): Promise<RefusedTerminal> {
  try {
    await opening;
  } catch (thrown) {
    const { cause } = thrown as Error & { cause?: RefusedTerminal };
    if (cause !== undefined) return cause;
    throw thrown;
  }
  throw new Error('it was not refused');
}
