/**
 * A load generator on bare sockets, so that it never is the slower side: one JSON command a line on stdin,
 * `{port, hosts, requests, connections}`; prints `{failed, seconds}` for each. No pipelining.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

interface Command {
  port: number;
  /** Number of host names, `h0.bench` and so on, asked for in an order that repeats late. */
  hosts: number;
  requests: number;
  connections: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

function requestFor(host: number): string {
  return (
    `GET /api/items?page=1 HTTP/1.1\r\nHost: h${host}.bench\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n` +
    'Accept: text/html,application/json;q=0.9\r\nAccept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip\r\n' +
    'Cookie: session=0123456789abcdef\r\nConnection: keep-alive\r\n\r\n'
  );
}

/** Takes complete responses off the front of what was received; undefined while one is incomplete. */
function responseLength(received: Buffer): number | undefined {
  const head = received.indexOf(HEAD_END);
  if (head === -1) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(received.toString('latin1', 0, head));
  if (!length) throw new Error('a response without Content-Length');
  const total = head + 4 + Number(length[1]);
  return received.length >= total ? total : undefined;
}

async function run(command: Command): Promise<{ failed: number; seconds: number }> {
  let sent = 0;
  let failed = 0;
  const started = performance.now();
  const client = async (): Promise<void> => {
    const socket = connect({ port: command.port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    await new Promise<void>((resolve, reject) => {
      let received = Buffer.alloc(0);
      const next = (): void => {
        if (sent >= command.requests) {
          socket.end();
          resolve();
          return;
        }
        // A prime stride visits every host once before it comes back to the first.
        socket.write(requestFor((sent * 7919) % command.hosts), 'latin1');
        sent += 1;
      };
      socket.on('data', (chunk) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        const length = responseLength(received);
        if (length === undefined) return;
        if (received.toString('latin1', 9, 12) !== '200') failed += 1;
        received = received.subarray(length);
        next();
      });
      socket.on('error', reject);
      next();
    });
  };
  await Promise.all(Array.from({ length: command.connections }, client));
  return { failed, seconds: (performance.now() - started) / 1000 };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await run(JSON.parse(line) as Command)));
}
