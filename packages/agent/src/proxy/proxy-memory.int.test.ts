import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startInstance, temporaryFolder } from '../../test/support/proxy-bed.ts';

const SIZE = 200 * 1024 * 1024;
const CHUNK = Buffer.alloc(64 * 1024, 'x');

function* content(): Generator<Buffer> {
  for (let sent = 0; sent < SIZE; sent += CHUNK.length) yield CHUNK;
}

/** Largest resident size so far. */
function peakMb(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

async function size(stream: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.length;
  return bytes;
}

it('200 MB go up and come down through a proxy whose memory stays flat', async () => {
  const instance = await startInstance((incoming, response) => {
    if (incoming.method === 'GET') Readable.from(content()).pipe(response);
    else void size(incoming).then((bytes) => response.end(String(bytes)));
  });
  const script = join(import.meta.dirname, '../../test/support/proxy-process.ts');
  const child = spawn(process.execPath, [script, join(await temporaryFolder(), 'routes')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  child.stdin.write(`put app.localhost ${instance.port}\n`);
  await lines.next();
  const open = (method: string) => request({ host: '127.0.0.1', port, method, headers: { host: 'app.localhost' } });

  const before = peakMb(child.pid ?? 0);
  const upload = open('POST');
  const [reply] = (await Promise.all([once(upload, 'response'), pipeline(Readable.from(content()), upload)]))[0] as [
    IncomingMessage,
  ];
  expect(Buffer.concat(await reply.toArray()).toString()).toBe(String(SIZE));
  const download = open('GET');
  download.end();
  const [answer] = (await once(download, 'response')) as [IncomingMessage];
  expect(await size(answer)).toBe(SIZE);
  // Room for chunks that wait for the garbage collector; a proxy that buffers would need all of the 200 MB.
  expect(peakMb(child.pid ?? 0) - before).toBeLessThan(100);
});
