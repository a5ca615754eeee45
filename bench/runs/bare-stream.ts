import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that sends the same frames to all readers, made once and held in memory: batched SSE with nothing behind it. */
export async function startBareStream(frames: readonly string[], readers: number) {
  const everybody = Promise.withResolvers<void>();
  let connected = 0;
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    if (++connected === readers) everybody.resolve();
    void (async () => {
      await everybody.promise;
      for (const frame of frames) if (!response.write(frame)) await once(response, 'drain');
      response.end();
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    everybody: everybody.promise,
    close: () => void server.close(),
  };
}
