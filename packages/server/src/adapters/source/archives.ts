import type { ArchiveSummary } from './archive/archive-walk.ts';
import type { UnpackOptions } from './archive/unpack.ts';

/** Archives as a source: hostile until judged. Implemented by `archive/tar-archives.ts`. */
export interface Archives {
  /** Judges an archive as {@link unpack} would, writing nothing. Reads it to its end. */
  inspect(
    source: AsyncIterable<Uint8Array>,
    options?: Pick<UnpackOptions, 'limits' | 'signal'>,
  ): Promise<ArchiveSummary>;
  /** Unpacks into the folder `into`, which then holds all of it or is not there. */
  unpack(source: AsyncIterable<Uint8Array>, into: string, options?: UnpackOptions): Promise<ArchiveSummary>;
}
