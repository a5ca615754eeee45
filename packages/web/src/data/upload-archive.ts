import { api, type Schemas, toApiError, unwrap } from './api-client.ts';
import { createIdempotencyKey } from './idempotency-key.ts';
import { NetworkError } from './network-error.ts';

export interface ArchiveUpload {
  /** A tar archive, plain or compressed with gzip or zstd. */
  readonly archive: Blob;
  readonly signal: AbortSignal;
  /** Told how much of it is sent, from 0 to 1. */
  readonly onProgress: (share: number) => void;
}

/**
 * Sends an archive. With XMLHttpRequest, the only way in which a browser tells how far it is.
 *
 * @throws ApiError, NetworkError, or the signal's reason
 */
export async function uploadArchive(upload: ArchiveUpload): Promise<Schemas['Upload']> {
  const key = createIdempotencyKey();
  // A session that has expired is renewed before hundreds of megabytes are sent in vain.
  await unwrap(api.GET('/auth/me', { signal: upload.signal }));
  let answer = await send(upload, key);
  if (answer.status === 401) {
    await unwrap(api.GET('/auth/me', { signal: upload.signal }));
    answer = await send(upload, key);
  }
  if (!answer.ok) throw await toApiError(answer);
  return (await answer.json()) as Schemas['Upload'];
}

function send({ archive, signal, onProgress }: ArchiveUpload, key: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const cancel = (): void => request.abort();
    signal.addEventListener('abort', cancel);
    request.open('POST', '/v1/uploads');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('idempotency-key', key);
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total));
    request.addEventListener('load', () => resolve(toResponse(request)));
    request.addEventListener('error', () => reject(new NetworkError('unreachable')));
    request.addEventListener('abort', () => reject(signal.reason as Error));
    request.addEventListener('loadend', () => signal.removeEventListener('abort', cancel));
    request.send(archive);
  });
}

function toResponse(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const name of ['content-type', 'x-request-id', 'retry-after']) {
    const value = request.getResponseHeader(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(request.responseText, { status: request.status, headers });
}
