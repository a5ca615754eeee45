import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';

/** Where sources lie, and where what is made from them is kept. */
export interface CodePlace {
  /** A checkout, absolute. */
  checkout: string;
  /** The bundle begins with it. */
  entry: string;
  /** Of bundles and their seal; as trusted as the checkout. */
  folder: string;
}

/** What a bundle was made from. */
export interface CodeSeal {
  /** CRC-32 of the bundle: whether it is this one that lies there, not whether somebody forged it. 2 ms. */
  sum: number;
  /** A copy that was made with all caches has a seal that speaks of other files. */
  checkout: string;
  /** By path: see `stampOf`. */
  stamps: Readonly<Record<string, string>>;
}

const checkout = fileURLToPath(new URL('../../../', import.meta.url));

/** This checkout's server. */
export const serverCode: CodePlace = {
  checkout,
  entry: fileURLToPath(new URL('serve.ts', import.meta.url)),
  folder: join(checkout, '.cache', 'server-code'),
};

/** Size and time of the last change: read for 2,000 files in 15 ms, where to hash them took 150. */
export function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? 'none' : `${found.size} ${found.mtimeMs}`;
}

/** Always of the same name, since what the engine compiles is kept by it. */
export const bundleOf = ({ folder }: CodePlace): string => join(folder, 'server.js');

export const sealOf = ({ folder }: CodePlace): string => join(folder, 'seal.json');

/** The bundle of the sources as they are now; undefined where there is none. */
export function findCode(place: CodePlace = serverCode): string | undefined {
  try {
    const seal = JSON.parse(readFileSync(sealOf(place), 'utf8')) as CodeSeal;
    const file = bundleOf(place);
    const isFresh = Object.entries(seal.stamps).every(([path, stamp]) => stampOf(path) === stamp);
    return isFresh && seal.checkout === place.checkout && seal.sum === crc32(readFileSync(file)) ? file : undefined;
  } catch {
    return undefined;
  }
}
