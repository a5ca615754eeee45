import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createS3Store } from './s3-store.ts';

const signal = AbortSignal.timeout(120_000);

/** A bucket that answers as it is told, and what it was asked. */
async function startStore(answer: (request: IncomingMessage) => [number, string]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      asked.push(`${request.method} ${request.url}`);
      const [status, body] = answer(request);
      // A tag that is no digest, as of a store that encrypts.
      response.writeHead(status, { etag: '"tag"' }).end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'davit-s3-upload-'));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bucket = { endpoint, region: 'us-east-1', bucket: 'kept', accessKeyId: 'AKIA', secretAccessKey: 'secret' };
  return { asked, folder, store: createS3Store({ bucket, prefix: 'davit/' }) };
}

test('a put that fails in the middle takes its parts back', async () => {
  const { asked, folder, store } = await startStore(({ method, url = '' }) => {
    if (method === 'POST') return [200, '<UploadId>one</UploadId>'];
    return url.includes('partNumber=2') ? [403, '<Code>QuotaExceeded</Code>'] : [200, ''];
  });
  const large = join(folder, 'large');
  await writeFile(large, '');
  await truncate(large, 70 * 1024 * 1024);
  await expect(store.put('a', large, signal)).rejects.toMatchObject({ code: 'OBJECT_STORE_REFUSED' });
  expect(asked.at(-1)).toBe('DELETE /kept/davit/a?uploadId=one');
});

test('unfinished uploads are looked for on all pages; a store that shows or takes back none is no failure', async () => {
  const upload = (name: string) => `<Upload><Key>davit/${name}</Key><UploadId>${name}</UploadId></Upload>`;
  const next =
    '<IsTruncated>true</IsTruncated><NextKeyMarker>davit/a</NextKeyMarker><NextUploadIdMarker>a</NextUploadIdMarker>';
  const { asked, store } = await startStore(({ method, url = '' }) => {
    if (method === 'DELETE') return [403, '<Code>AccessDenied</Code>'];
    return [200, url.includes('key-marker') ? upload('b') : `${next}${upload('a')}${upload('theirs')}`];
  });
  await store.removeUnfinished((name) => name !== 'theirs', signal);
  expect(asked.filter((each) => each.startsWith('DELETE'))).toEqual([
    'DELETE /kept/davit/a?uploadId=a',
    'DELETE /kept/davit/b?uploadId=b',
  ]);
  const refusing = await startStore(() => [403, '<Code>AccessDenied</Code>']);
  await refusing.store.removeUnfinished(() => true, signal);
  expect(refusing.asked).toHaveLength(1);
});
