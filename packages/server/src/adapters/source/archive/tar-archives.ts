import type { Archives } from '../archives.ts';
import { inspectArchive, unpackArchive } from './unpack.ts';

/** Archives in the tar format: plain, or compressed with gzip or zstd. */
export const tarArchives: Archives = { inspect: inspectArchive, unpack: unpackArchive };
