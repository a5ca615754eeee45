/** The instances behind both proxies: argv[2] servers with a small answer; prints their ports as JSON. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const body = JSON.stringify({ message: 'hello', items: Array.from({ length: 10 }, (_, i) => `item ${i}`) });
const ports: number[] = [];
for (let i = 0; i < Number(process.argv[2]); i += 1) {
  const server = createServer((_, response) => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-cache',
      'x-powered-by': 'bench',
    });
    response.end(body);
  });
  // Neither proxy should have to connect again between rounds.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ports.push((server.address() as AddressInfo).port);
}
console.log(JSON.stringify(ports));
process.on('SIGTERM', () => process.exit(0));
