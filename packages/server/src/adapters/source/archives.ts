/** What one archive may hold. The defaults are far above any source worth building. */
export interface ArchiveLimits {
  /** Content of all files together, in bytes. */
  readonly bytes: number;
  /** Entries of every kind, folders that are only implied included. */
  readonly entries: number;
  /** Content of one file, in bytes. */
  readonly fileBytes: number;
  /** Folders above a file. */
  readonly depth: number;
  /** Unpacked bytes for each packed one, judged from 64 MiB on: a bomb has about 1,000, source code 3 to 10. */
  readonly ratio: number;
}

export const defaultArchiveLimits: ArchiveLimits = {
  bytes: 2 * 1024 ** 3,
  entries: 200_000,
  fileBytes: 1024 ** 3,
  depth: 100,
  ratio: 200,
};

export interface ArchiveSummary {
  /** Files and links; folders are not counted. */
  readonly files: number;
  /** Content of all files together. */
  readonly bytes: number;
}

export interface UnpackOptions {
  readonly limits?: ArchiveLimits | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Awaited when all is unpacked and before it gets its name: throws when the source turns out not to be whole. */
  readonly confirm?: (() => Promise<void>) | undefined;
}

/** Archives as a source: hostile until judged. Every method throws errors of `source-errors.ts`, or what the source threw. */
export interface Archives {
  /** Judges an archive as {@link unpack} would, writing nothing. */
  inspect(
    source: AsyncIterable<Uint8Array>,
    options?: Pick<UnpackOptions, 'limits' | 'signal'>,
  ): Promise<ArchiveSummary>;
  /** Unpacks into the folder `into`, which then holds all of it or is not there. */
  unpack(source: AsyncIterable<Uint8Array>, into: string, options?: UnpackOptions): Promise<ArchiveSummary>;
}
