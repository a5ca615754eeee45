import { createHash } from 'node:crypto';
import { AppError } from '../../../kernel/app-error.ts';
import { objectStoreErrors } from '../object-store-errors.ts';
import { explainRefusal, notS3, type S3Refusal } from './explain-refusal.ts';

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
  /** Who answered. */
  host: string;
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

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeEntity(whole: string, name: string): string {
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,5})|(\d{1,6}))$/i.exec(name) ?? [];
  if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
  return decimal === undefined ? (entities[name] ?? whole) : String.fromCodePoint(Number(decimal));
}

/** An element of an answer in XML; what is looked for is flat. */
export function elementOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]{0,2000})</${name}>`).exec(xml)?.[1];
  return text?.replaceAll(/&([#a-z0-9]{1,8});/gi, decodeEntity);
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

/** The longest answer that is read whole: a page of 1,000 objects with the longest of names is a quarter of it. */
const ANSWER_BYTES = 8 * 1024 * 1024;

/** All of a small answer. @throws AppError OBJECT_STORE_FAILED where it is none */
async function textOf(pieces: AsyncIterable<Uint8Array>, host: string): Promise<string> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > ANSWER_BYTES) throw notS3(host, 'it answers more than S3 ever does');
    read.push(piece);
  }
  return Buffer.concat(read).toString();
}

/** The name of a region, from an answer whose author is not known. */
function regionOf(headers: Headers, xml: string): string | undefined {
  const told = headers.get('x-amz-bucket-region') ?? elementOf(xml, 'Region') ?? '';
  return /^[a-z0-9][a-z0-9-]{0,62}$/i.test(told) ? told : undefined;
}

/** What an answer says against the request. */
async function readRefusal(answer: S3Answer, call: S3Call, { bucket, region }: S3Bucket): Promise<S3Refusal> {
  const { status, headers, host } = answer;
  const xml = await textOf(answer.pieces(), host).catch(() => '');
  const { method, key, query = {} } = call;
  const code = /^[A-Za-z0-9.]{1,100}$/.exec(elementOf(xml, 'Code') ?? '')?.[0];
  const toldRegion = regionOf(headers, xml);
  return {
    method,
    key,
    query,
    bucket,
    region,
    host,
    status,
    headers,
    code,
    toldRegion,
    said: elementOf(xml, 'Message'),
  };
}

/** One object is missing, and not its bucket, or all of S3: which have the same status. */
const isMissingKey = ({ method, status, code }: S3Refusal): boolean =>
  status === 404 && (method === 'HEAD' || /^NoSuch(?:Key|Version|Upload)$/.test(code ?? ''));

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

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
    // Followed, a redirect would carry the signature to another host; its own words say which region or address is the right one.
    response = await fetch(url, { method, headers, redirect: 'manual', signal: watch.signal, ...sent });
  } catch (cause) {
    watch.stop();
    throw watch.explain(cause, url.host);
  }
  const { status } = response;
  const pieces = () => watchPieces(response, watch, url.host, patience.silenceMs);
  const answer = { host: url.host, status, headers: response.headers, pieces };
  const isAccepted = call.accept?.includes(status) === true;
  if (response.ok || (isAccepted && status !== 404)) return answer;
  const refusal = await readRefusal(answer, call, bucket);
  if (isAccepted && isMissingKey(refusal)) return { ...answer, pieces: nothing };
  throw explainRefusal(refusal);
}

const isPage = /^\s*<(?:!doctype html|html)[\s>]/i;

/** As openS3, with the whole of a small answer. */
export async function callS3(
  bucket: S3Bucket,
  call: S3Call,
  patience = s3Patience,
): Promise<{ host: string; status: number; headers: Headers; text: string }> {
  const { host, status, headers, pieces } = await openS3(bucket, call, patience);
  const text = await textOf(pieces(), host);
  if (isPage.test(text)) throw notS3(host, 'it answers with a web page');
  return { host, status, headers, text };
}
