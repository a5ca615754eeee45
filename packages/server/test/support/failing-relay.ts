import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Hands requests on to another server, but for those that it is told to refuse as a server does that has too much to do. */
export interface FailingRelay {
  url: string;
  /** The next so many requests of this path get 503 and the words of S3. */
  failNext(times: number, path: string): void;
  /** How many requests of this path there were, refused ones too. */
  askedFor(path: string): number;
  [Symbol.asyncDispose](): Promise<void>;
}

const slowDown = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** Starts one on a loopback address. Heads stay as they are, so that signatures hold. */
export async function startFailingRelay(target: string): Promise<FailingRelay> {
  const failures = new Map<string, number>();
  const asked = new Map<string, number>();
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, answer) => {
    const path = incoming.url ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const left = failures.get(path) ?? 0;
    if (left > 0) {
      failures.set(path, left - 1);
      incoming.resume();
      answer.writeHead(503, { 'content-type': 'application/xml' }).end(slowDown);
      return;
    }
    const { method, headers } = incoming;
    const onward = request({ hostname, port, path, method, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failNext: (times, path) => void failures.set(path, times),
    askedFor: (path) => asked.get(path) ?? 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
