/**
 * Opens streams of Server-Sent Events on bare sockets and reads them to their end, so that the reader never is the
 * slower side. Argument: `{port, path, readers}`; prints `{lines, bytes}`: of all readers together, lines by the ids.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

interface Command {
  port: number;
  path: string;
  readers: number;
}

const { port, path, readers } = JSON.parse(process.argv[2] ?? '') as Command;

async function read(): Promise<{ lines: number; bytes: number }> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nConnection: close\r\n\r\n`);
  let bytes = 0;
  let lines = 0;
  let tail = '';
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    // The id stands at the front of a frame, and a frame may begin anywhere.
    for (let at = chunk.indexOf('\nid: '); at !== -1; at = chunk.indexOf('\nid: ', at + 1)) {
      tail = chunk.toString('latin1', at, at + 20);
      lines = Number.parseInt(tail.slice(5), 10) || lines;
    }
  });
  await once(socket, 'close');
  return { lines, bytes };
}

const all = await Promise.all(Array.from({ length: readers }, read));
const sum = (field: 'lines' | 'bytes') => all.reduce((total, one) => total + one[field], 0);
console.log(JSON.stringify({ lines: sum('lines'), bytes: sum('bytes') }));
