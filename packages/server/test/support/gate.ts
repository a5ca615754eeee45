import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Something that a program under test asks and has no answer from until a test lets it go on. */
export interface Gate {
  /** To be asked with GET. */
  readonly url: string;
  /** Lets everybody through who waits, or else whoever comes first; who asks afterwards waits for the next time. */
  open(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startGate(): Promise<Gate> {
  const waiting = new Set<ServerResponse>();
  let passes = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (passes > 0) {
      passes -= 1;
      response.end('go on');
      return;
    }
    waiting.add(response);
    response.once('close', () => waiting.delete(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    open() {
      // What it is opened for may have been seen before whoever showed it has come to ask.
      if (waiting.size === 0) passes += 1;
      for (const response of waiting) response.end('go on');
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
