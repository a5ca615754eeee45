import { Readable } from 'node:stream';
import { type Schemas, toApiError, UnreachableError } from '@davit/api';
import type { Connection } from '../session/connection.ts';
import type { PackedSource } from './pack-source.ts';

export interface UploadOptions {
  signal?: AbortSignal | undefined;
  /** Told how many bytes of the source are packed. */
  onProgress?: (bytes: number) => void;
}

/** Sends a source to the server as a stream. The body is no JSON, so that the typed client does not do this. */
export async function uploadSource(
  { url, token }: Connection,
  source: PackedSource,
  { signal, onProgress }: UploadOptions = {},
): Promise<Schemas['Upload']> {
  const send = async (bearer: string | undefined) => {
    const archive = source.stream(onProgress);
    let fault: Error | undefined;
    archive.once('error', (error) => {
      fault = error;
    });
    try {
      return await fetch(`${url}/v1/uploads`, {
        method: 'POST',
        headers: {
          'content-type': 'application/gzip',
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        },
        body: Readable.toWeb(archive) as ReadableStream<Uint8Array>,
        duplex: 'half',
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw fault ?? new UnreachableError(url, error);
    } finally {
      archive.destroy();
    }
  };
  const first = await token();
  let answer = await send(first);
  if (answer.status === 401) {
    const second = await token(first);
    if (second !== undefined && second !== first) answer = await send(second);
  }
  if (!answer.ok) throw await toApiError(answer);
  return (await answer.json()) as Schemas['Upload'];
}
