import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ErrorPage, sendErrorPage } from './error-page.ts';

/** How long, and how much of, a request that was refused is still read, so that its sender gets to see the answer. */
const LINGER_MS = 2000;
const LINGER_BYTES = 1024 * 1024;

/**
 * What is known of a body that nobody will read: there is none; it is on its way; or the client holds it back until it is
 * told to go on (`Expect: 100-continue`).
 */
export type UnreadBody = 'none' | 'coming' | 'withheld';

/**
 * Answers a request without any instance. With a body on its way, closing at once would reset the connection, and the
 * client, still sending, would lose the answer: so the rest is thrown away for a moment before the connection is closed.
 */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  page: ErrorPage,
  id: string,
  unread: UnreadBody,
): void {
  if (response.destroyed) return;
  if (unread !== 'none') response.shouldKeepAlive = false;
  sendErrorPage(request, response, page, id);
  if (unread !== 'coming') {
    response.end();
    return;
  }
  let rest = LINGER_BYTES;
  const end = (): void => {
    clearTimeout(timer);
    request.off('data', onData).off('end', end).off('close', end);
    response.end();
  };
  const onData = (chunk: Buffer): void => {
    rest -= chunk.length;
    if (rest < 0) end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.on('data', onData).on('end', end).on('close', end).resume();
}
