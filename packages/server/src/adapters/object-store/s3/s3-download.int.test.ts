import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startOddS3Store } from '../../../../test/support/odd-s3-store.ts';

const signal = AbortSignal.timeout(120_000);
const content = randomBytes(3 * 1024 * 1024);
const etag = `"${createHash('md5').update(content).digest('hex')}"`;

async function startStore(...odd: Parameters<typeof startOddS3Store>) {
  const { store, folder } = await startOddS3Store(...odd);
  const path = join(folder, 'fetched');
  return { store, folder, path, fetch: () => store.fetch('a', path, signal) };
}

const startOf = (request: IncomingMessage): number =>
  Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);

/** As a store that knows Range; `end` is where it breaks off. */
function giveRange(request: IncomingMessage, response: ServerResponse, end: number, tag = etag): void {
  const from = startOf(request);
  const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
  response.writeHead(from > 0 ? 206 : 200, {
    etag: tag,
    'content-length': content.length - from,
    ...(from > 0 ? range : {}),
  });
  if (end >= content.length) response.end(content.subarray(from));
  else response.write(content.subarray(from, end), () => response.destroy());
}

test('a download that takes longer than any single wait may is fetched whole', async () => {
  const silenceMs = 2000;
  const pieces = 16;
  const { fetch, path } = await startStore(
    (_request, response) => {
      response.writeHead(200, { etag, 'content-length': content.length });
      const size = content.length / pieces;
      const send = (at: number) => {
        response.write(content.subarray(at, at + size));
        if (at + size < content.length) setTimeout(() => send(at + size), silenceMs / 8);
        else response.end();
      };
      send(0);
    },
    { firstByteMs: silenceMs, silenceMs },
  );
  await fetch();
  expect((await readFile(path)).equals(content)).toBe(true);
});

test('a download that breaks off goes on where it was, of the same object', async () => {
  const asked: [string | undefined, string | undefined][] = [];
  const { fetch, path } = await startStore((request, response) => {
    asked.push([request.headers.range, request.headers['if-match']]);
    giveRange(request, response, asked.length * 1024 * 1024);
  });
  await fetch();
  expect((await readFile(path)).equals(content)).toBe(true);
  expect(asked[0]).toEqual([undefined, undefined]);
  expect(asked.length).toBeGreaterThan(1);
  for (const [range, tag] of asked.slice(1))
    expect([range, tag]).toEqual([expect.stringMatching(/^bytes=\d+-$/), etag]);
});

test('one whose object was replaced meanwhile, or whose store knows no Range, is begun again', async () => {
  let asked = 0;
  const replaced = await startStore((request, response) => {
    if (asked++ === 0) return giveRange(request, response, 1_000_000, '"another"');
    if (request.headers['if-match'] !== undefined) return void response.writeHead(412).end();
    giveRange(request, response, content.length);
  });
  await replaced.fetch();
  expect((await readFile(replaced.path)).equals(content)).toBe(true);
  expect(asked).toBe(3);

  let tries = 0;
  const plain = await startStore((_request, response) => {
    response.writeHead(200, { etag, 'content-length': content.length });
    if (tries++ > 0) response.end(content);
    else response.write(content.subarray(0, 1_000_000), () => response.destroy());
  });
  await plain.fetch();
  expect((await readFile(plain.path)).equals(content)).toBe(true);
});

test('a store that breaks off again and again, or falls silent, is a failure that says what to do, and leaves no file', async () => {
  let asked = 0;
  const breaking = await startStore((request, response) => {
    asked++;
    giveRange(request, response, 1_000_000);
  });
  await expect(breaking.fetch()).rejects.toMatchObject({ code: 'OBJECT_STORE_FAILED', hint: expect.any(String) });
  expect(asked).toBeGreaterThan(1);
  expect(await readdir(breaking.folder)).toEqual([]);

  const silence = { firstByteMs: 60_000, silenceMs: 50 };
  const silent = await startStore((_request, response) => {
    response.writeHead(200, { etag, 'content-length': content.length });
    response.write(content.subarray(0, 1000));
  }, silence);
  await expect(silent.fetch()).rejects.toMatchObject({
    code: 'OBJECT_STORE_FAILED',
    message: expect.stringContaining('has said nothing for 0.05 seconds'),
  });

  const mute = await startStore(() => {}, { firstByteMs: 50, silenceMs: 60_000 });
  const said = { code: 'OBJECT_STORE_FAILED', message: expect.stringContaining('has said nothing') };
  await expect(mute.fetch()).rejects.toMatchObject(said);
  await expect(mute.store.list(signal)).rejects.toMatchObject(said);
});

test('whoever stops it is told so; whose time is over hears of the store', async () => {
  const { store, path } = await startStore(() => {});
  const stop = new AbortController();
  const fetching = store.fetch('a', path, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(fetching).rejects.toThrow('stopped');
  const late = store.list(AbortSignal.timeout(50));
  await expect(late).rejects.toMatchObject({ code: 'OBJECT_STORE_FAILED', hint: expect.any(String) });
});
