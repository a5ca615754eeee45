import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startOddS3Store } from '../../../../test/support/odd-s3-store.ts';

const signal = AbortSignal.timeout(120_000);

const errorXml = (code: string, more = '') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>in words</Message>${more}</Error>`;

function refuse(status: number, code: string, headers: Record<string, string> = {}, more = '') {
  return (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/xml', ...headers });
    response.end(errorXml(code, more));
  };
}

/** What listing says of a store that answers so. */
async function listAgainst(answer: (response: ServerResponse) => void): Promise<unknown> {
  const { store } = await startOddS3Store((_request, response) => answer(response));
  return await store.list(signal).then(
    () => undefined,
    (error: unknown) => error,
  );
}

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toUTCString();
const location = { location: 'https://kept.s3.eu-west-1.amazonaws.com/' };

test.each<[string, (response: ServerResponse) => void, string, string]>([
  [
    'a bucket of another region, by a redirect',
    refuse(301, 'PermanentRedirect', { 'x-amz-bucket-region': 'eu-west-1' }),
    'is in the region eu-west-1, and was looked for in us-east-1 (PermanentRedirect).',
    'Set BACKUP_S3_REGION=eu-west-1,',
  ],
  [
    'a bucket that is new in another region',
    refuse(307, 'TemporaryRedirect', location),
    'is not to be had from 127.0.0.1:',
    'Set BACKUP_S3_REGION to the region of the bucket',
  ],
  [
    'a signature for another region',
    refuse(400, 'AuthorizationHeaderMalformed', {}, '<Region>eu-west-1</Region>'),
    'is in the region eu-west-1',
    'Set BACKUP_S3_REGION=eu-west-1,',
  ],
  [
    'a region that is no name of one',
    refuse(400, 'AuthorizationHeaderMalformed', {}, '<Region>eu; rm -rf</Region>'),
    'is not to be had from',
    'Set BACKUP_S3_REGION to the region of the bucket',
  ],
  [
    'a clock that is slow',
    refuse(403, 'RequestTimeTooSkewed', { date: inMinutes(20) }),
    'The clock of this machine is 20 minutes behind that of 127.0.0.1:',
    'NTP',
  ],
  [
    'a clock that is fast',
    refuse(403, 'RequestTimeTooSkewed', { date: inMinutes(-90) }),
    'The clock of this machine is 90 minutes ahead of that of 127.0.0.1:',
    'NTP',
  ],
  ['an expired key', refuse(400, 'ExpiredToken'), 'The key has expired', 'Set a lasting key'],
  ['an unknown key', refuse(403, 'InvalidAccessKeyId'), 'does not know the key', 'Correct BACKUP_S3_ACCESS_KEY_ID'],
  [
    'a wrong secret',
    refuse(403, 'SignatureDoesNotMatch'),
    'The secret is not that of the key (SignatureDoesNotMatch).',
    'Correct BACKUP_S3_SECRET_ACCESS_KEY',
  ],
  ['no bucket', refuse(404, 'NoSuchBucket'), 'There is no bucket kept at 127.0.0.1:', 'Create it'],
  ['no room', refuse(403, 'QuotaExceeded'), 'no room left for the bucket kept', 'raise its quota'],
  ['what nobody knows yet', refuse(400, 'NovelFault'), 'answers 400 (NovelFault).', 'what the key may do there'],
])('%s is told as such, with what to do', async (_, answer, message, hint) => {
  expect(await listAgainst(answer)).toMatchObject({
    code: 'OBJECT_STORE_REFUSED',
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
    transient: false,
  });
});

test.each<[string, (response: ServerResponse) => void, string]>([
  ['is overloaded', refuse(503, 'SlowDown'), 'answers 503 (SlowDown).'],
  ['was too slow for', refuse(400, 'RequestTimeout'), 'answers 400 (RequestTimeout).'],
  ['is behind a proxy that does not reach', (response) => response.writeHead(502).end('<html></html>'), 'answers 502.'],
])('a store that %s it is worth another try', async (_, answer, message) => {
  expect(await listAgainst(answer)).toMatchObject({
    code: 'OBJECT_STORE_FAILED',
    message: expect.stringContaining(message),
    hint: expect.stringContaining('state of the store'),
    transient: true,
  });
});

const page = '<!doctype html><title>Sign in</title>';

test.each<[string, (response: ServerResponse) => void, string]>([
  [
    'sends to a page to sign in at',
    (response) => response.writeHead(302, { location: 'https://portal.test/in?u=1' }).end(),
    'as S3 does: it sends to https://portal.test.',
  ],
  ['has no such page', (response) => response.writeHead(404).end(page), 'it answers 404 without a reason.'],
  ['lets nobody in', (response) => response.writeHead(401).end(page), 'it answers 401 without a reason.'],
])('a server that %s is not taken for S3', async (_, answer, message) => {
  expect(await listAgainst(answer)).toMatchObject({
    code: 'OBJECT_STORE_FAILED',
    message: expect.stringContaining(message),
    hint: expect.stringContaining('BACKUP_S3_ENDPOINT'),
    transient: false,
  });
});

test('what the key may not do is named, and the permission for it', async () => {
  const { store, folder } = await startOddS3Store((request, response) => {
    request.resume();
    refuse(403, 'AccessDenied')(response);
  });
  const file = join(folder, 'given');
  await writeFile(file, 'x');
  const denied = async (doing: Promise<unknown>, verb: string, permission: string) =>
    await expect(doing).rejects.toMatchObject({
      code: 'OBJECT_STORE_REFUSED',
      message: `The key may not ${verb} in the bucket kept (AccessDenied).`,
      hint: expect.stringContaining(` ${permission} `),
    });
  await denied(store.list(signal), 'list', 's3:ListBucket');
  await denied(store.put('a', file, signal), 'write', 's3:PutObject');
  await denied(store.fetch('a', join(folder, 'fetched'), signal), 'read', 's3:GetObject');
  await denied(store.remove('a', signal), 'delete', 's3:DeleteObject');
});

test('of what is missing it is told whether it is the file, the bucket, or S3', async () => {
  let answer = refuse(404, 'NoSuchKey');
  const { store, folder } = await startOddS3Store((_request, response) => answer(response));
  const fetch = () => store.fetch('a', join(folder, 'fetched'), signal);
  await expect(fetch()).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
  await store.remove('a', signal);
  answer = refuse(404, 'NoSuchBucket');
  const noBucket = { code: 'OBJECT_STORE_REFUSED', message: expect.stringContaining('There is no bucket kept') };
  await expect(fetch()).rejects.toMatchObject(noBucket);
  await expect(store.remove('a', signal)).rejects.toMatchObject(noBucket);
  answer = (response) => void response.writeHead(404).end(page);
  await expect(fetch()).rejects.toMatchObject({ message: expect.stringContaining('does not answer as S3 does') });
});

test('an answer without an end is not read to its end', async () => {
  const error = await listAgainst((response) => {
    const more = () => {
      while (response.write(Buffer.alloc(64 * 1024, 'x')));
      response.once('drain', more);
    };
    response.writeHead(200);
    more();
  });
  expect(error).toMatchObject({ message: expect.stringContaining('it answers more than S3 ever does') });
});
