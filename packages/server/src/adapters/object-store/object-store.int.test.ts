import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3Server, startS3Server } from '../../../test/support/s3-server.ts';
import { createFolderStore } from './folder/folder-store.ts';
import type { ObjectStore } from './object-store.ts';
import { callS3 } from './s3/s3-request.ts';
import { createS3Store } from './s3/s3-store.ts';

const signal = AbortSignal.timeout(120_000);
let folder: string;
let s3: S3Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-store-'));
  s3 = await startS3Server();
  // A bucket is made by a PUT on its name.
  await s3.putObject('kept', '', '').catch(() => {});
});
afterAll(async () => {
  await s3?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const bucketOf = (more = {}) => ({
  endpoint: s3.endpoint,
  region: 'us-east-1',
  bucket: 'kept',
  accessKeyId: s3.accessKeyId,
  secretAccessKey: s3.secretAccessKey,
  ...more,
});

describe.each<[string, () => ObjectStore]>([
  ['a folder', () => createFolderStore({ folder: join(folder, 'store') })],
  ['a bucket', () => createS3Store({ bucket: bucketOf(), prefix: 'davit/' })],
])('%s', (name, open) => {
  async function fileOf(bytes: number): Promise<{ path: string; content: Buffer }> {
    const path = join(folder, `given-${bytes}`);
    const content = randomBytes(bytes);
    await writeFile(path, content);
    return { path, content };
  }

  test('gives back what it was given, the newest first, until it is removed', async () => {
    const store = open();
    expect(await store.list(signal)).toEqual([]);
    const small = await fileOf(1000);
    // Of a size that a bucket takes in parts only.
    const large = await fileOf(70 * 1024 * 1024);
    await store.put('a.davit-backup', small.path, signal);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await store.put('b.davit-backup', large.path, signal);
    const listed = await store.list(signal);
    expect(listed.map(({ name: each, bytes }) => [each, bytes])).toEqual([
      ['b.davit-backup', large.content.length],
      ['a.davit-backup', 1000],
    ]);
    const back = join(folder, 'back');
    await store.fetch('b.davit-backup', back, signal);
    expect((await readFile(back)).equals(large.content)).toBe(true);
    expect((await stat(back)).mode & 0o777).toBe(0o600);
    await rm(back);
    await store.remove('a.davit-backup', signal);
    await store.remove('a.davit-backup', signal);
    expect((await store.list(signal)).map(({ name: each }) => each)).toEqual(['b.davit-backup']);
  });

  test('says what is not there, and follows no name out of itself', async () => {
    const store = open();
    for (const wrong of ['nowhere', '../given-1000', '/etc/passwd', '']) {
      await expect(store.fetch(wrong, join(folder, 'x'), signal)).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
    }
    expect(await readdir(folder)).not.toContain('x');
    expect(store.place).toContain(name === 'a folder' ? folder : 's3://kept/davit/');
  });
});

test('what a put that was killed has left is cleared away: of the names of its maker only, below its prefix only', async () => {
  const begin = async (key: string) =>
    void (await callS3(bucketOf(), { method: 'POST', key, query: { uploads: '' }, signal }));
  for (const key of ['unfinished/own-1', 'unfinished/own-2', 'unfinished/theirs', 'elsewhere/own-1']) await begin(key);
  const left = async () => {
    const { text } = await callS3(bucketOf(), { method: 'GET', key: '', query: { uploads: '' }, signal });
    return [...text.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = '']) => key).toSorted();
  };
  expect(await left()).toHaveLength(4);
  const isOwn = (name: string) => name.startsWith('own-');
  await createS3Store({ bucket: bucketOf(), prefix: 'unfinished/' }).removeUnfinished(isOwn, signal);
  expect(await left()).toEqual(['elsewhere/own-1', 'unfinished/theirs']);

  const place = join(folder, 'unfinished');
  await mkdir(place);
  for (const name of ['own-1', 'own-1.partial', 'theirs.partial']) await writeFile(join(place, name), '');
  await createFolderStore({ folder: place }).removeUnfinished(isOwn, signal);
  expect((await readdir(place)).toSorted()).toEqual(['own-1', 'theirs.partial']);
});

test('a bucket that is not there, wrong keys and a server that is away are told apart', async () => {
  const file = join(folder, 'given-1000');
  await writeFile(file, 'x');
  const open = (more: object) => createS3Store({ bucket: bucketOf(more), prefix: '' });
  const put = (more: object) => open(more).put('a', file, signal);
  const refused = (code: string, hint: string) => ({
    code: 'OBJECT_STORE_REFUSED',
    message: expect.stringContaining(code),
    hint: expect.stringContaining(hint),
  });
  await expect(put({ secretAccessKey: 'wrong' })).rejects.toMatchObject(
    refused('(SignatureDoesNotMatch)', 'BACKUP_S3_SECRET_ACCESS_KEY'),
  );
  await expect(put({ accessKeyId: 'AKIAWRONG' })).rejects.toMatchObject(
    refused('(InvalidAccessKeyId)', 'BACKUP_S3_ACCESS_KEY_ID'),
  );
  await expect(put(s3.reader)).rejects.toMatchObject(refused('may not write in the bucket kept', 's3:PutObject'));
  await expect(open(s3.reader).remove('a', signal)).rejects.toMatchObject(
    refused('may not delete in the bucket kept', 's3:DeleteObject'),
  );
  await expect(put({ endpoint: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'OBJECT_STORE_FAILED' });
  const nowhere = refused('There is no bucket nowhere', 'Create it');
  await expect(open({ bucket: 'nowhere' }).list(signal)).rejects.toMatchObject(nowhere);
  await expect(open({ bucket: 'nowhere' }).fetch('a', join(folder, 'x'), signal)).rejects.toMatchObject(nowhere);
});

test('a folder that cannot be written to is named', async () => {
  const blocked = join(folder, 'blocked');
  await writeFile(blocked, '');
  const put = createFolderStore({ folder: blocked }).put('a', blocked, signal);
  await expect(put).rejects.toMatchObject({ code: 'OBJECT_STORE_FAILED', message: expect.stringContaining(blocked) });
});
