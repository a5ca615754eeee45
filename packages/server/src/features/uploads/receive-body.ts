import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../../kernel/app-error.ts';
import { uploadErrors } from './upload-errors.ts';

/** The bytes of a body, written to a file as they are read by whoever judges them. */
export interface ReceivedBody extends AsyncIterable<Uint8Array> {
  /** Takes in what the judge left unread, such as bytes after the end of a compressed archive. */
  finish(): Promise<{ bytes: number; sha256: string }>;
}

/**
 * Writes `body` to `file` at the pace of its reader: one pass for storing, hashing and judging.
 * @throws UPLOAD_INTERRUPTED while reading, when the other side went away
 */
export function receiveBody(body: AsyncIterable<Uint8Array>, file: FileHandle): ReceivedBody {
  const reader = body[Symbol.asyncIterator]();
  const hash = createHash('sha256');
  let bytes = 0;

  async function readChunk(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await reader.next();
    } catch (thrown) {
      throw thrown instanceof AppError ? thrown : uploadErrors.UPLOAD_INTERRUPTED({ cause: thrown });
    }
  }

  async function next(): Promise<IteratorResult<Uint8Array>> {
    const read = await readChunk();
    if (read.done !== true) {
      bytes += read.value.length;
      hash.update(read.value);
      await file.writeFile(read.value);
    }
    return read;
  }

  return {
    // Without `return`: a reader that stops early does not end the body.
    [Symbol.asyncIterator]: () => ({ next }),
    async finish() {
      for (let read = await next(); read.done !== true; read = await next());
      return { bytes, sha256: hash.digest('hex') };
    },
  };
}
