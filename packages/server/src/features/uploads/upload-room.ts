import { megabytes } from '../../adapters/disk/disk-room.ts';
import { uploadErrors } from './upload-errors.ts';

/** Between two looks at the disk: many may be received at once. */
const lookEveryBytes = 4 * 1024 ** 2;

/** Keeps uploads from filling the disk, which is that of the database and of all that runs. */
export function createUploadRoom(look: () => Promise<number>, wantedBytes: number) {
  return {
    /** @throws UPLOAD_DISK_FULL */
    async enter(): Promise<void> {
      const free = await look();
      if (free >= wantedBytes) return;
      throw uploadErrors.UPLOAD_DISK_FULL({
        message: `The upload was not taken: ${megabytes(free)} of the disk are free, ${megabytes(wantedBytes)} are wanted.`,
      });
    },

    /** The same bytes, for as long as they leave half of the room. @throws UPLOAD_DISK_FULL */
    watched(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
      const reader = body[Symbol.asyncIterator]();
      let bytes = 0;
      async function next(): Promise<IteratorResult<Uint8Array>> {
        const read = await reader.next();
        bytes += read.done === true ? 0 : read.value.length;
        if (bytes < lookEveryBytes) return read;
        bytes = 0;
        const left = await look();
        if (left >= wantedBytes / 2) return read;
        throw uploadErrors.UPLOAD_DISK_FULL({
          message: `The upload was ended because it left only ${megabytes(left)} of the disk.`,
        });
      }
      // Without `return`, which would end the connection that the answer goes over.
      return { [Symbol.asyncIterator]: () => ({ next }) };
    },
  };
}
