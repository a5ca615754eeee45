import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createS3Store } from '../../src/adapters/object-store/s3/s3-store.ts';

/** An HTTP server that behaves as it is told, and a store over it as if it were S3; both end with the test. */
export async function startOddS3Store(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  patience = { firstByteMs: 60_000, silenceMs: 60_000 },
) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'davit-odd-s3-'));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bucket = {
    endpoint: `http://${host}`,
    region: 'us-east-1',
    bucket: 'kept',
    accessKeyId: 'AKIA',
    secretAccessKey: 'secret',
  };
  return { store: createS3Store({ bucket, prefix: '', patience, pauseMs: 1 }), folder, host };
}
