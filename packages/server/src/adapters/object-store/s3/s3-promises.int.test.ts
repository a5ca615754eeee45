import { createHash } from 'node:crypto';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { startOddS3Store } from '../../../../test/support/odd-s3-store.ts';

const signal = AbortSignal.timeout(120_000);

type Answer = (response: ServerResponse, sent: Buffer) => unknown;

/** What a store answers to each kind of request; what is not named is answered as S3 does. */
interface Behavior {
  begin: Answer;
  put: Answer;
  complete: Answer;
  head: Answer;
  delete: Answer;
}

const md5 = (content: Buffer) => createHash('md5').update(content).digest('hex');
const initiated = '<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>';
const completed = '<CompleteMultipartUploadResult><ETag>"x-2"</ETag></CompleteMultipartUploadResult>';

function kindOf({ method, url = '' }: IncomingMessage): keyof Behavior {
  if (method === 'POST') return url.includes('uploads') ? 'begin' : 'complete';
  if (method === 'HEAD') return 'head';
  return method === 'DELETE' ? 'delete' : 'put';
}

/** Puts a file of so many bytes into a store that behaves so. */
async function putInto(behavior: Partial<Behavior>, bytes = 1000) {
  const asked: string[] = [];
  const honest: Behavior = {
    begin: (response) => response.end(initiated),
    put: (response, sent) => response.writeHead(200, { etag: `"${md5(sent)}"` }).end(),
    complete: (response) => response.end(completed),
    head: (response) => response.writeHead(200, { 'content-length': bytes }).end(),
    delete: (response) => response.writeHead(204).end(),
  };
  const { store, folder, host } = await startOddS3Store((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    void buffer(request).then((sent) => ({ ...honest, ...behavior })[kindOf(request)](response, sent));
  });
  const file = join(folder, 'given');
  await writeFile(file, 'content');
  await truncate(file, bytes);
  const error = await store.put('a', file, signal).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, host, asked };
}

const parts = 33 * 1024 * 1024;
const page: Answer = (response) =>
  response.writeHead(200, { 'content-type': 'text/html', etag: '"page"' }).end('<!DOCTYPE html>\n<html>Sign in</html>');
const taken: Answer = (response) => response.end();

const notS3 = (how: string) => ({
  code: 'OBJECT_STORE_FAILED',
  message: expect.stringContaining(`does not answer as S3 does: ${how}`),
  hint: expect.stringContaining('BACKUP_S3_ENDPOINT'),
  transient: false,
});

test('what a store keeps is put, in one piece and in parts', async () => {
  const whole = await putInto({});
  expect(whole.error).toBeUndefined();
  expect(whole.asked).toEqual(['PUT /kept/a', 'HEAD /kept/a']);
  const many = await putInto({}, parts);
  expect(many.error).toBeUndefined();
  expect(many.asked.at(-1)).toBe('HEAD /kept/a');
});

test.each<[string, Partial<Behavior>, string]>([
  ['answers everything with a web page', { put: page, head: page }, 'it answers with a web page.'],
  ['takes all, and says no more than yes', { put: taken, head: taken }, 'it takes a file, and gives no ETag for it.'],
  [
    'does not have what it took',
    { head: (response) => response.writeHead(404).end() },
    'it took a, and does not have it.',
  ],
  [
    'has something of another size',
    { head: (response) => response.writeHead(200, { 'content-length': 999 }).end() },
    'it took 1000 bytes as a, and has 999.',
  ],
])('a server that %s keeps no backup', async (_, behavior, how) => {
  expect((await putInto(behavior)).error).toMatchObject(notS3(how));
});

test.each<[string, Partial<Behavior>, string]>([
  ['answers everything with a web page', { begin: page }, 'it answers with a web page.'],
  [
    'begins an upload without an id',
    { begin: (response) => response.end('<InitiateMultipartUploadResult/>') },
    'it begins an upload, and gives no UploadId.',
  ],
  ['gives no tag for a part', { put: taken }, 'it takes a file, and gives no ETag for it.'],
  ['does not say that it put them together', { complete: taken }, 'it does not say that an upload is complete.'],
  [
    'put together less than it took',
    { head: (response) => response.writeHead(200, { 'content-length': 32 * 1024 * 1024 }).end() },
    `it took ${parts} bytes as a, and has ${32 * 1024 * 1024}.`,
  ],
])('a server that %s keeps no backup that comes in parts', async (_, behavior, how) => {
  const { error, asked } = await putInto(behavior, parts);
  expect(error).toMatchObject(notS3(how));
  // A request without an upload's id would be one for the object itself.
  expect(asked).not.toContain('PUT /kept/a?partNumber=1&uploadId=');
});

test('what arrived is compared with what was sent where the tag is its digest, and thrown away where it differs', async () => {
  const other = md5(Buffer.from('other'));
  const wrong = await putInto({ put: (response) => response.writeHead(200, { etag: `"${other}"` }).end() });
  expect(wrong.error).toMatchObject({
    code: 'OBJECT_STORE_FAILED',
    message: expect.stringContaining(`its ETag is ${other}`),
    transient: true,
  });
  expect(wrong.asked).toEqual(['PUT /kept/a', 'DELETE /kept/a']);
  // As Amazon S3 does where a bucket has a key of its own.
  const encrypted = { etag: `"${other}"`, 'x-amz-server-side-encryption': 'aws:kms' };
  expect((await putInto({ put: (response) => response.writeHead(200, encrypted).end() })).error).toBeUndefined();
  const opaque = { etag: '"0x8DC1A2B3"' };
  expect((await putInto({ put: (response) => response.writeHead(200, opaque).end() })).error).toBeUndefined();
});

test('what is not seen to be kept is thrown away; what was refused is left alone', async () => {
  const short = await putInto({ head: (response) => response.writeHead(200, { 'content-length': 1 }).end() });
  expect(short.asked.at(-1)).toBe('DELETE /kept/a');
  const unseen = await putInto({ head: (response) => response.writeHead(403).end() });
  expect(unseen.error).toMatchObject({
    code: 'OBJECT_STORE_REFUSED',
    message: 'The key may not read in the bucket kept.',
    hint: expect.stringContaining('s3:GetObject'),
  });
  expect(unseen.asked.at(-1)).toBe('DELETE /kept/a');
  const refused = await putInto({
    put: (response) => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'),
  });
  expect(refused.asked).toEqual(['PUT /kept/a']);
});

test('a page in the place of a file is not taken for a backup, nor for its removal', async () => {
  const { store, folder } = await startOddS3Store((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('\n<html>Sign in</html>');
  });
  const path = join(folder, 'fetched');
  const noTag = 'it gives a file, and no ETag for it.';
  await expect(store.fetch('a', path, signal)).rejects.toMatchObject(notS3(noTag));
  expect(await readdir(folder)).toEqual([]);
  await expect(store.remove('a', signal)).rejects.toMatchObject(notS3('it answers with a web page.'));
});
