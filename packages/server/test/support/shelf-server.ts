import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A cloud so small that a test sees all of it: what is there by name, and everything that was changed through its API. */
export interface ShelfServer {
  endpoint: string;
  things: Map<string, { size: number; code: string }>;
  /** `PUT name` and `DELETE name`, in order. */
  writes: string[];
  /** Names that may not be written. */
  refuses: Set<string>;
  /** Names whose writing is begun and never answered. */
  holds: Set<string>;
  /** Those of them that somebody waits for. */
  held: Set<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts one on loopback, for the programs of `fixtures/shelf-module`. */
export async function startShelfServer(): Promise<ShelfServer> {
  const things: ShelfServer['things'] = new Map();
  const writes: string[] = [];
  const [refuses, holds, held] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const server = createServer((request, response) => {
    void (async () => {
      const name = (request.url ?? '/').slice(1);
      const { method } = request;
      if (method !== 'GET' && refuses.has(name)) {
        response.statusCode = 403;
        response.end();
        return;
      }
      if (method !== 'GET' && holds.has(name)) {
        held.add(name);
        return;
      }
      if (method !== 'GET') writes.push(`${method} ${name}`);
      if (method === 'PUT') things.set(name, JSON.parse(await text(request)) as { size: number; code: string });
      const found = things.get(name);
      if (method === 'DELETE') things.delete(name);
      response.statusCode = found === undefined ? 404 : 200;
      response.end(JSON.stringify(found ?? {}));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    things,
    writes,
    refuses,
    holds,
    held,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
