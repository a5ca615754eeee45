import { extract as createExtract, type Extract, type Header } from 'tar-stream';
import type { ArchiveLimits, ArchiveSummary } from '../archives.ts';
import { sourceErrors } from '../source-errors.ts';
import { archiveFault, refusedEntry, tooLarge } from './archive-fault.ts';
import { type ArchiveStream, openArchiveStream } from './archive-stream.ts';
import { type ArchiveTree, createArchiveTree } from './archive-tree.ts';

/** A file of an archive; its path was judged. */
export interface ArchiveFile {
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
  /** Seconds since 1970, never negative. */
  readonly mtime: number;
}

/** What is done with an archive's entries. Folders come before what is in them, links last of all. */
export interface ArchiveVisitor {
  folder(path: string): Promise<void> | void;
  file(file: ArchiveFile, content: AsyncIterable<Uint8Array>): Promise<void>;
  link(path: string, target: string): Promise<void> | void;
}

/** An entry as tar-stream gives it; it knows its own chunks only as `unknown`. */
type TarEntry = AsyncIterable<Uint8Array> & { readonly header: Header };

const latestMtime = 2 ** 33;

async function drained(extract: Extract): Promise<void> {
  await new Promise<void>((resolve) => {
    const go = () => {
      extract.off('drain', go);
      extract.off('close', go);
      resolve();
    };
    extract.on('drain', go);
    extract.on('close', go);
  });
}

async function feed(stream: ArchiveStream, extract: Extract, signal: AbortSignal | undefined): Promise<void> {
  try {
    let bytes = 0;
    for await (const chunk of stream) {
      if (signal?.aborted === true) throw sourceErrors.SOURCE_FETCH_CANCELED({ cause: signal.reason });
      if (extract.destroyed) return;
      bytes += chunk.length;
      if (!extract.write(chunk)) await drained(extract);
    }
    if (bytes === 0) throw sourceErrors.ARCHIVE_DAMAGED({ message: 'The archive is empty.' });
    extract.end(null);
  } catch (thrown) {
    extract.destroy(
      thrown instanceof Error ? thrown : new Error('the source of the archive failed', { cause: thrown }),
    );
  }
}

function modifiedAt(header: Header): number {
  const seconds = header.mtime.getTime() / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), latestMtime) : 0;
}

async function visitFolders(visitor: ArchiveVisitor, folders: readonly string[]): Promise<void> {
  for (const folder of folders) await visitor.folder(folder);
}

async function visitEntry(
  entry: TarEntry,
  tree: ArchiveTree,
  visitor: ArchiveVisitor,
): Promise<{ files: number; bytes: number }> {
  const { name, type, mode, size, linkname } = entry.header;
  switch (type) {
    case 'directory':
      await visitFolders(visitor, tree.addFolder(name));
      return { files: 0, bytes: 0 };
    case 'symlink':
      await visitFolders(visitor, tree.addLink(name, linkname ?? '').folders);
      return { files: 1, bytes: 0 };
    case 'file':
    case 'contiguous-file': {
      if (name.endsWith('/')) throw refusedEntry(name, 'is a file with the name of a folder');
      const { path, folders } = tree.addFile(name);
      await visitFolders(visitor, folders);
      const executable = (mode & 0o111) !== 0;
      await visitor.file({ path, size, executable, mtime: modifiedAt(entry.header) }, entry);
      return { files: 1, bytes: size };
    }
    case 'link':
      throw refusedEntry(name, 'is a hard link');
    case 'character-device':
    case 'block-device':
      throw refusedEntry(name, 'is a device');
    case 'fifo':
      throw refusedEntry(name, 'is a named pipe');
    default:
      throw refusedEntry(name, 'is neither a file nor a folder nor a link');
  }
}

async function visitAll(extract: Extract, visitor: ArchiveVisitor, limits: ArchiveLimits): Promise<ArchiveSummary> {
  const tree = createArchiveTree(limits);
  let files = 0;
  let bytes = 0;
  for await (const entry of extract) {
    const { name, size } = entry.header;
    if (size > limits.fileBytes)
      throw tooLarge(`the entry ${JSON.stringify(name)} is larger than ${limits.fileBytes} bytes`);
    if (bytes + size > limits.bytes) throw tooLarge(`it unpacks to more than ${limits.bytes} bytes`);
    const counted = await visitEntry(entry as TarEntry, tree, visitor);
    files += counted.files;
    bytes += counted.bytes;
    // What a visitor left, and what an entry that must be empty brings along, is skipped: the next one waits for it.
    entry.resume();
  }
  for (const { path, target } of tree.links()) await visitor.link(path, target);
  return { files, bytes };
}

/**
 * Goes through an archive once, in its order, and hands what was judged safe to `visitor`. The source is read to its end.
 * @throws ARCHIVE_ENTRY_REFUSED, ARCHIVE_TOO_LARGE, ARCHIVE_DAMAGED, SOURCE_DISK_FULL, SOURCE_FETCH_CANCELED, or what
 * the source itself threw
 */
export async function walkArchive(
  source: AsyncIterable<Uint8Array>,
  visitor: ArchiveVisitor,
  limits: ArchiveLimits,
  signal?: AbortSignal,
): Promise<ArchiveSummary> {
  const stream = openArchiveStream(source, limits);
  const extract = createExtract();
  const feeding = feed(stream, extract, signal);
  try {
    return await visitAll(extract, visitor, limits);
  } catch (thrown) {
    if (stream.sourceFault !== undefined) throw stream.sourceFault.thrown;
    throw archiveFault(thrown);
  } finally {
    extract.destroy();
    await feeding;
  }
}
