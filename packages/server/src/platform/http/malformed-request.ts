import type { Socket } from 'node:net';
import { createId } from '../../kernel/id.ts';
import { httpErrors } from './http-errors.ts';
import { problemContentType, toProblem } from './problem.ts';

/** Answers what Node could not read as HTTP, and ends the connection: nothing after it can be trusted. */
export function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  // The client is gone already.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = createId('req');
  const body = JSON.stringify(toProblem(httpErrors.REQUEST_MALFORMED(), requestId));
  socket.end(
    [
      'HTTP/1.1 400 Bad Request',
      `Content-Type: ${problemContentType}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
