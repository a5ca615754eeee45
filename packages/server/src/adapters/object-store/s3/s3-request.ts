import { createHash } from 'node:crypto';
import { AppError } from '../../../kernel/app-error.ts';
import { objectStoreErrors } from '../object-store-errors.ts';

/** A bucket, and what opens it. Never to be logged. */
export interface S3Bucket {
  /** Of a server of one's own; undefined: Amazon's, in the region. */
  endpoint: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface S3Call {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD';
  /** In the bucket; '' is the bucket itself. */
  key: string;
  query?: Readonly<Record<string, string>>;
  body?: Buffer | string;
  /** Beside those that are signed. */
  headers?: Readonly<Record<string, string>>;
  /** What is an answer too, besides 2xx. */
  accept?: readonly number[];
  signal: AbortSignal;
}

/** How long a store may say nothing. However long a transfer takes as a whole: a large backup over a slow line takes hours. */
export interface S3Patience {
  /** Until the first byte of an answer, after the last piece that it took. To put many parts together takes a store minutes. */
  firstByteMs: number;
  /** Between two pieces of an answer. */
  silenceMs: number;
}

export const s3Patience: S3Patience = { firstByteMs: 5 * 60_000, silenceMs: 60_000 };

/** An answer whose body has not come yet; each piece is waited for. */
export interface S3Answer {
  status: number;
  headers: Headers;
  /** @throws AppError OBJECT_STORE_FAILED when it breaks off */
  readonly pieces: () => AsyncGenerator<Uint8Array, void, undefined>;
}

function addressOf({ endpoint, region, bucket }: S3Bucket, { key, query }: S3Call): string {
  // By path, which servers of one's own have without a DNS record for each bucket.
  const base = endpoint ?? `https://s3.${region}.amazonaws.com`;
  const url = new URL(`${base}/${bucket}${key === '' ? '' : `/${key.split('/').map(encodeURIComponent).join('/')}`}`);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  return url.href;
}

/** An element of an answer in XML; what is looked for is flat. */
export function elementOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]{0,2000})</${name}>`).exec(xml)?.[1];
}

/** Aborts when nothing has moved for a while. */
function createSilenceWatch(outer: AbortSignal, firstMs: number) {
  const silent = new AbortController();
  let silenceMs = firstMs;
  const listen = () => setTimeout(() => silent.abort(), silenceMs).unref();
  let timer = listen();
  return {
    signal: AbortSignal.any([outer, silent.signal]),
    moved(ms = silenceMs) {
      clearTimeout(timer);
      silenceMs = ms;
      timer = listen();
    },
    stop: () => clearTimeout(timer),
    explain(cause: unknown, host: string): AppError {
      const isLate = (outer.reason as Error | undefined)?.name === 'TimeoutError';
      if (!isLate) outer.throwIfAborted();
      if (cause instanceof AppError) return cause;
      const message = isLate
        ? `${host} did not answer in the time that there was.`
        : silent.signal.aborted
          ? `${host} has said nothing for ${silenceMs / 1000} seconds.`
          : `${host} cannot be reached, or broke off.`;
      const hint = 'Check that the store runs and the network to it, then try again.';
      return objectStoreErrors.OBJECT_STORE_FAILED({ message, hint, cause });
    },
  };
}
type SilenceWatch = ReturnType<typeof createSilenceWatch>;

const PIECE_BYTES = 256 * 1024;

/** In pieces, so that it is seen that a slow line takes them. */
async function* sendPieces(body: Buffer, watch: SilenceWatch): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < body.length; at += PIECE_BYTES) {
    yield new Uint8Array(body.subarray(at, at + PIECE_BYTES));
    watch.moved();
  }
}

async function* watchPieces(answer: Response, watch: SilenceWatch, host: string, silenceMs: number) {
  watch.moved(silenceMs);
  try {
    for await (const piece of answer.body ?? []) {
      watch.moved();
      yield piece as Uint8Array;
    }
  } catch (cause) {
    throw watch.explain(cause, host);
  } finally {
    watch.stop();
  }
}

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(pieces)).toString();
}

async function refusal(answer: S3Answer, bucket: string): Promise<AppError> {
  const xml = (await textOf(answer.pieces()).catch(() => '')).slice(0, 4000);
  const code = elementOf(xml, 'Code') ?? String(answer.status);
  const message = `The bucket ${bucket} answers ${answer.status} (${code}).`;
  const isTransient = answer.status >= 500 || answer.status === 429;
  return isTransient
    ? objectStoreErrors.OBJECT_STORE_FAILED({ message })
    : objectStoreErrors.OBJECT_STORE_REFUSED({ message });
}

async function sign(bucket: S3Bucket, call: S3Call, body: Buffer) {
  const { AwsV4Signer } = await import('aws4fetch');
  const signer = new AwsV4Signer({
    method: call.method,
    url: addressOf(bucket, call),
    headers: { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
    accessKeyId: bucket.accessKeyId,
    secretAccessKey: bucket.secretAccessKey,
    service: 's3',
    region: bucket.region,
  });
  const { url, headers } = await signer.sign();
  for (const [name, value] of Object.entries(call.headers ?? {})) headers.set(name, value);
  // S3 takes no body of a length that it is not told, and a stream has none.
  if (body.length > 0) headers.set('content-length', String(body.length));
  return { url, headers };
}

/**
 * Calls S3, signed; the caller reads the pieces, or else the connection is held. The client is loaded with the first call: an idle
 * server has no use for it.
 *
 * @throws AppError OBJECT_STORE_FAILED, OBJECT_STORE_REFUSED
 */
export async function openS3(bucket: S3Bucket, call: S3Call, patience = s3Patience): Promise<S3Answer> {
  const body = Buffer.from(call.body ?? '');
  const { url, headers } = await sign(bucket, call, body);
  const watch = createSilenceWatch(call.signal, patience.firstByteMs);
  const { method } = call;
  let response: Response;
  try {
    const sent = body.length === 0 ? {} : { body: sendPieces(body, watch), duplex: 'half' as const };
    // A redirect would carry the signature to another host.
    response = await fetch(url, { method, headers, redirect: 'error', signal: watch.signal, ...sent });
  } catch (cause) {
    watch.stop();
    throw watch.explain(cause, url.host);
  }
  const { status } = response;
  const pieces = () => watchPieces(response, watch, url.host, patience.silenceMs);
  const answer = { status, headers: response.headers, pieces };
  if (response.ok || call.accept?.includes(status)) return answer;
  throw await refusal(answer, bucket.bucket);
}

/** As openS3, with the whole of a small answer. */
export async function callS3(
  bucket: S3Bucket,
  call: S3Call,
  patience = s3Patience,
): Promise<{ status: number; headers: Headers; text: string }> {
  const { status, headers, pieces } = await openS3(bucket, call, patience);
  return { status, headers, text: await textOf(pieces()) };
}
