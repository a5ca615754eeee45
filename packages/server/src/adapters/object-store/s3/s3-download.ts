import { type FileHandle, open, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../kernel/app-error.ts';
import { objectStoreErrors } from '../object-store-errors.ts';
import { notS3 } from './explain-refusal.ts';
import type { S3Answer, S3Call } from './s3-request.ts';

export interface S3DownloadOptions {
  readonly open: (call: S3Call) => Promise<S3Answer>;
  key: string;
  /** Is written with mode 0600. */
  path: string;
  signal: AbortSignal;
  /** Before the second try; each later pause is twice as long. */
  pauseMs: number;
}

/** In a row without a byte that had not come before. */
const mostFailures = 5;

/** What is in the file so far, of which object. */
interface Progress {
  at: number;
  /** Undefined: nothing says that another answer is of the same object, so all of it is fetched anew. */
  etag: string | undefined;
}

/** A weak tag says "the same to a reader", which is not "the same bytes". */
function strongTag(headers: Headers): string | undefined {
  const tag = headers.get('etag') ?? undefined;
  return tag?.startsWith('W/') ? undefined : tag;
}

/** Where the answer begins in the object, and how long that is; undefined where it does not say. */
function rangeOf({ status, headers }: S3Answer): { from: number; size: number | undefined } {
  const [, from, size] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (status === 206) return { from: Number(from), size: Number(size) };
  const length = headers.get('content-length');
  return { from: 0, size: length === null ? undefined : Number(length) };
}

/** Takes the answer from where the file ends, or all of it where the store gives no less. */
async function writeAnswer(file: FileHandle, answer: S3Answer, progress: Progress): Promise<void> {
  const { from, size } = rangeOf(answer);
  if (from !== progress.at) {
    if (from !== 0) throw objectStoreErrors.OBJECT_STORE_FAILED({ message: 'The bucket answers with another range.' });
    progress.at = 0;
    await file.truncate(0);
  }
  progress.etag = strongTag(answer.headers);
  for await (const piece of answer.pieces()) {
    await file.write(piece, 0, piece.length, progress.at);
    progress.at += piece.length;
  }
  if (size === undefined || progress.at === size) return;
  throw objectStoreErrors.OBJECT_STORE_FAILED({
    message: `The download broke off after ${progress.at} of ${size} bytes.`,
  });
}

async function fetchOnce(options: S3DownloadOptions, file: FileHandle, progress: Progress): Promise<void> {
  const { key, signal } = options;
  // Compressed on the way, its pieces would not be those of the object.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (progress.at > 0 && progress.etag !== undefined) {
    headers['range'] = `bytes=${progress.at}-`;
    headers['if-match'] = progress.etag;
  }
  const answer = await options.open({ method: 'GET', key, headers, accept: [404, 412, 416], signal });
  if (answer.status < 300) {
    if (answer.headers.get('etag') === null) {
      for await (const _ of answer.pieces()) break;
      throw notS3(answer.host, 'it gives a file, and no ETag for it');
    }
    return await writeAnswer(file, answer, progress);
  }
  for await (const _ of answer.pieces());
  if (answer.status === 404) throw objectStoreErrors.OBJECT_NOT_FOUND();
  progress.at = 0;
  progress.etag = undefined;
  throw objectStoreErrors.OBJECT_STORE_FAILED({ message: 'Another file took its place while it was fetched.' });
}

/**
 * Fetches an object. One that breaks off goes on where it was, if the store says that it still is the same object, and else is begun
 * again.
 *
 * @throws AppError OBJECT_NOT_FOUND, OBJECT_STORE_FAILED, OBJECT_STORE_REFUSED; then there is no file
 */
export async function downloadS3(options: S3DownloadOptions): Promise<void> {
  const { path, signal } = options;
  const progress: Progress = { at: 0, etag: undefined };
  let furthest = 0;
  let failures = 0;
  try {
    await using file = await open(path, 'w', 0o600);
    for (;;) {
      try {
        await fetchOnce(options, file, progress);
        await file.sync();
        return;
      } catch (error) {
        const isTransient = error instanceof AppError && error.transient;
        failures = progress.at > furthest ? 1 : failures + 1;
        furthest = Math.max(furthest, progress.at);
        if (!isTransient || signal.aborted || failures >= mostFailures) throw error;
      }
      await sleep(options.pauseMs * 2 ** (failures - 1), undefined, { signal });
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
