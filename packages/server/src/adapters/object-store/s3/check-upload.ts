import { createHash } from 'node:crypto';
import { objectStoreErrors } from '../object-store-errors.ts';
import { notS3 } from './explain-refusal.ts';
import { type callS3, elementOf, type S3Call } from './s3-request.ts';

type SmallAnswer = Awaited<ReturnType<typeof callS3>>;

/** Encrypted by a key of one's own, an object has a tag that looks like a digest and is none. */
const isDisguised = (headers: Headers): boolean =>
  [...headers].some(([name, value]) => /sse|encrypt|kms/.test(name) && value !== 'AES256');

/**
 * The tag of what was taken: every S3 gives one, and mostly it is the MD5 of what it has got.
 *
 * @throws AppError OBJECT_STORE_FAILED
 */
export function requireTag({ host, headers }: SmallAnswer, sent: Buffer): string {
  const tag = headers.get('etag') ?? '';
  if (tag === '') throw notS3(host, 'it takes a file, and gives no ETag for it');
  const [, digest] = /^"?([0-9a-f]{32})"?$/i.exec(tag) ?? [];
  const own = createHash('md5').update(sent).digest('hex');
  if (digest === undefined || digest.toLowerCase() === own || isDisguised(headers)) return tag;
  throw objectStoreErrors.OBJECT_STORE_FAILED({
    message: `What ${host} took is not what was sent: its ETag is ${digest}, the MD5 of what was sent ${own}.`,
    hint: 'Try again. If it stays, look at the store, and at a proxy before it that changes what passes.',
  });
}

/** Without it the parts would each be taken for the whole file. @throws AppError OBJECT_STORE_FAILED */
export function requireUploadId({ host, text }: SmallAnswer): string {
  const id = elementOf(text, 'UploadId') ?? '';
  if (id === '') throw notS3(host, 'it begins an upload, and gives no UploadId');
  return id;
}

/** That the parts were put together: the one call that may fail with a status of 200. @throws AppError OBJECT_STORE_FAILED */
export function requireCompleted({ host, text }: SmallAnswer): void {
  const code = elementOf(text, 'Code');
  if (code !== undefined) throw objectStoreErrors.OBJECT_STORE_FAILED({ message: `The bucket answers ${code}.` });
  if (!/<CompleteMultipartUploadResult[\s>]/.test(text))
    throw notS3(host, 'it does not say that an upload is complete');
}

/**
 * Asks for what was put: that a store said yes is no proof that it keeps it.
 *
 * @throws AppError OBJECT_STORE_FAILED, OBJECT_STORE_REFUSED
 */
export async function requireKept(
  call: (request: S3Call) => Promise<SmallAnswer>,
  { key, bytes, signal }: { key: string; bytes: number; signal: AbortSignal },
): Promise<void> {
  // Compressed on the way, its length would not be that of the object.
  const headers = { 'accept-encoding': 'identity' };
  const { host, ...kept } = await call({ method: 'HEAD', key, headers, accept: [404], signal });
  if (kept.status === 404) throw notS3(host, `it took ${key}, and does not have it`);
  const length = kept.headers.get('content-length');
  if (length === String(bytes)) return;
  throw notS3(host, `it took ${bytes} bytes as ${key}, and has ${length ?? 'it without a length'}`);
}
