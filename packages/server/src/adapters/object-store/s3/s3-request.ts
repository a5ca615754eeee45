import { createHash } from 'node:crypto';
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
  /** A status besides 2xx that is an answer too. */
  accept?: number;
  signal: AbortSignal;
}

const timeoutMs = 5 * 60_000;

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

async function refusal(answer: Response, bucket: string): Promise<Error> {
  const xml = (await answer.text().catch(() => '')).slice(0, 4000);
  const code = elementOf(xml, 'Code') ?? String(answer.status);
  const message = `The bucket ${bucket} answers ${answer.status} (${code}).`;
  const isTransient = answer.status >= 500 || answer.status === 429;
  return isTransient
    ? objectStoreErrors.OBJECT_STORE_FAILED({ message })
    : objectStoreErrors.OBJECT_STORE_REFUSED({ message });
}

/**
 * Calls S3, signed. The client is loaded with the first call: an idle server has no use for it.
 *
 * @throws AppError OBJECT_STORE_FAILED, OBJECT_STORE_REFUSED
 */
export async function callS3(bucket: S3Bucket, call: S3Call): Promise<Response> {
  const { AwsV4Signer } = await import('aws4fetch');
  const body = call.body ?? '';
  const signer = new AwsV4Signer({
    method: call.method,
    url: addressOf(bucket, call),
    headers: { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
    accessKeyId: bucket.accessKeyId,
    secretAccessKey: bucket.secretAccessKey,
    service: 's3',
    region: bucket.region,
  });
  const { method, url, headers } = await signer.sign();
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(timeoutMs)]);
  let answer: Response;
  try {
    // A redirect would carry the signature to another host.
    const sent = call.body === undefined ? {} : { body: new Uint8Array(Buffer.from(body)) };
    answer = await fetch(url, { method, headers, redirect: 'error', signal, ...sent });
  } catch (cause) {
    call.signal.throwIfAborted();
    throw objectStoreErrors.OBJECT_STORE_FAILED({ message: `${url.host} cannot be reached.`, cause });
  }
  if (answer.ok || answer.status === call.accept) return answer;
  throw await refusal(answer, bucket.bucket);
}
