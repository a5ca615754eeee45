import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { failed } from '../command-line/cli-error.ts';
import { formatBytes } from '../terminal/duration.ts';
import { readSourceEntries, type SourceEntry } from './source-entries.ts';

/** What will be sent: known before the first byte is. */
export interface PackedSource {
  files: number;
  bytes: number;
  /** A new stream of the tar archive, compressed with gzip. `onProgress` is told how many of `bytes` are in. */
  stream(onProgress?: (bytes: number) => void): Readable;
}

/** As the server has it. */
const largestSource = 512 * 1024 * 1024;

function refuseLarge(entries: readonly SourceEntry[], bytes: number): void {
  if (bytes <= largestSource) return;
  const tops = new Map<string, number>();
  for (const { path, size } of entries.filter(({ type }) => type === 'file')) {
    const top = path.split('/').slice(0, 2).join('/');
    tops.set(top, (tops.get(top) ?? 0) + size);
  }
  const largest = [...tops].sort(([, one], [, other]) => other - one).slice(0, 5);
  throw failed(`The source is ${formatBytes(bytes)}, and at most ${formatBytes(largestSource)} can be uploaded.`, {
    lines: largest.map(([path, size]) => `  ${formatBytes(size).padStart(9)}  ${path}`),
    hint: 'Leave out what the build does not need: name it in a .davitignore file, which is written like a .gitignore.',
  });
}

async function writeFileEntry(archive: Pack, root: string, { path, mode, modifiedAt }: SourceEntry): Promise<number> {
  await using file = await open(join(root, path), 'r');
  // The size that the archive states must be that of what follows, also when somebody writes to the file meanwhile.
  const { size } = await file.stat();
  const header = { name: path, type: 'file', mode, mtime: modifiedAt, size } as const;
  if (size === 0) {
    archive.entry(header, '');
    return 0;
  }
  const entry = archive.entry(header);
  const content = file.createReadStream({ start: 0, end: size - 1, autoClose: false });
  try {
    await pipeline(content, entry);
  } catch (error) {
    if (content.bytesRead === size) throw error;
    throw failed(`${path} was changed while it was being packed.`, { hint: 'Try again.', cause: error });
  }
  return size;
}

async function writeEntries(
  archive: Pack,
  root: string,
  entries: readonly SourceEntry[],
  onProgress: (bytes: number) => void,
): Promise<void> {
  let bytes = 0;
  for (const entry of entries) {
    const { path, mode, modifiedAt: mtime, target } = entry;
    if (archive.destroyed) return;
    if (entry.type === 'folder') archive.entry({ name: path, type: 'directory', mode, mtime });
    else if (entry.type === 'link') archive.entry({ name: path, type: 'symlink', mode, mtime, linkname: target });
    else {
      bytes += await writeFileEntry(archive, root, entry);
      onProgress(bytes);
    }
  }
  archive.finalize();
}

/**
 * Reads which files belong to a source, and packs them while they are being sent: no archive is ever whole in memory or on disk.
 * @throws CliError when they are too large to be sent
 */
export async function packSource(root: string): Promise<PackedSource> {
  const entries = await Array.fromAsync(readSourceEntries(root));
  const files = entries.filter(({ type }) => type === 'file');
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  refuseLarge(entries, bytes);
  return {
    files: files.length,
    bytes,
    stream(onProgress = () => {}) {
      const archive = pack();
      // The fastest level: on a local network the level of most programs would take longer than what it saves.
      const compressed = createGzip({ level: constants.Z_BEST_SPEED });
      writeEntries(archive, root, entries, onProgress).catch((error: Error) => archive.destroy(error));
      pipeline(archive, compressed).catch(() => undefined);
      return compressed;
    },
  };
}
