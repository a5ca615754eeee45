import { type DiskRoom, megabytes, waitForDisk, whileDiskLasts } from '../disk/disk-room.ts';
import { builderErrors } from './builder-errors.ts';
import type { ImageSource } from './image-source.ts';

/** Images that are fetched only while there is room for them, as builds are begun: what they fill is the same disk. */
export function admitPulls(source: ImageSource, room: DiskRoom): ImageSource {
  const full = (left: number) =>
    builderErrors.BUILD_DISK_FULL({
      message: `Fetching the image was ended because it left only ${megabytes(left)} of the disk.`,
    });
  return {
    async fetch(request, say, signal) {
      await waitForDisk(room, say, signal);
      return await whileDiskLasts(room, full, (within) => source.fetch(request, say, within), signal);
    },
  };
}
