import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ArchiveLimits, type ArchiveSummary, defaultArchiveLimits, type UnpackOptions } from '../archives.ts';
import { diskFault } from '../source-errors.ts';
import { type ArchiveFile, type ArchiveVisitor, walkArchive } from './archive-walk.ts';

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
/** Files up to this size are written as a whole, several at a time. */
const smallFile = 256 * 1024;
const mostInFlight = 16;

/** Writes files so that many small ones overlap; `settle` waits for all and throws what the first failed with. */
function createFileWriter(folder: string, chmodNeeded: boolean) {
  const inFlight = new Set<Promise<void>>();
  let failure: { thrown: unknown } | undefined;

  async function writeContent(file: ArchiveFile, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void> {
    const mode = file.executable ? 0o755 : 0o644;
    const handle = await open(join(folder, file.path), newFile, mode);
    try {
      if (file.size > 0) await handle.writeFile(content);
      if (chmodNeeded) await handle.chmod(mode);
      await handle.utimes(file.mtime, file.mtime);
    } finally {
      await handle.close();
    }
  }

  async function writeBehind(file: ArchiveFile, content: Uint8Array): Promise<void> {
    try {
      await writeContent(file, content);
    } catch (thrown) {
      failure ??= { thrown };
    }
  }

  return {
    async write(file: ArchiveFile, content: AsyncIterable<Uint8Array>): Promise<void> {
      if (failure !== undefined) throw failure.thrown;
      if (file.size > smallFile) return await writeContent(file, content);
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      const whole = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      const writing = writeBehind(file, whole);
      inFlight.add(writing);
      void writing.finally(() => inFlight.delete(writing));
      if (inFlight.size >= mostInFlight) await Promise.race(inFlight);
    },
    async settle(): Promise<void> {
      await Promise.all(inFlight);
      if (failure !== undefined) throw failure.thrown;
    },
  };
}

async function sweepBeside(into: string): Promise<void> {
  const prefix = `.${basename(into)}.`;
  for (const name of await readdir(dirname(into)))
    if (name.startsWith(prefix) && name.endsWith('.unpacking'))
      await rm(join(dirname(into), name), { recursive: true, force: true });
}

async function unpackInto(
  folder: string,
  source: AsyncIterable<Uint8Array>,
  limits: ArchiveLimits,
  signal: AbortSignal | undefined,
): Promise<ArchiveSummary> {
  // Only a umask that takes away more than the usual 022 makes a second call for each file needed.
  const chmodNeeded = ((await stat(folder)).mode & 0o777) !== 0o755;
  if (chmodNeeded) await chmod(folder, 0o755);
  const writer = createFileWriter(folder, chmodNeeded);
  const visitor: ArchiveVisitor = {
    async folder(path) {
      await mkdir(join(folder, path), 0o755);
      if (chmodNeeded) await chmod(join(folder, path), 0o755);
    },
    file: (file, content) => writer.write(file, content),
    async link(path, target) {
      await writer.settle();
      await symlink(target, join(folder, path));
    },
  };
  try {
    return await walkArchive(source, visitor, limits, signal);
  } finally {
    // Also after a failure: nothing may still be writing when the folder is removed.
    await writer.settle();
  }
}

/**
 * Unpacks a tar archive (plain, gzip, zstd) into the folder `into`, which then holds all of it or is not there: the work
 * is done in a folder beside it that is renamed last. What was at `into` before is replaced. Files get mode 0644 or 0755,
 * links are made last, and nothing is ever written through one.
 * @throws what {@link walkArchive} throws
 */
export async function unpackArchive(
  source: AsyncIterable<Uint8Array>,
  into: string,
  options: UnpackOptions = {},
): Promise<ArchiveSummary> {
  await mkdir(dirname(into), { recursive: true });
  await sweepBeside(into);
  const temporary = join(dirname(into), `.${basename(into)}.${randomBytes(6).toString('hex')}.unpacking`);
  try {
    await mkdir(temporary, 0o755);
    const summary = await unpackInto(temporary, source, options.limits ?? defaultArchiveLimits, options.signal);
    await options.confirm?.();
    await rm(into, { recursive: true, force: true });
    await rename(temporary, into);
    return summary;
  } catch (thrown) {
    await rm(temporary, { recursive: true, force: true });
    throw diskFault(thrown);
  }
}

/**
 * Judges an archive as {@link unpackArchive} would, writing nothing.
 * @throws what {@link walkArchive} throws
 */
export async function inspectArchive(
  source: AsyncIterable<Uint8Array>,
  options: Pick<UnpackOptions, 'limits' | 'signal'> = {},
): Promise<ArchiveSummary> {
  const visitor: ArchiveVisitor = {
    folder() {},
    async file() {},
    link() {},
  };
  return await walkArchive(source, visitor, options.limits ?? defaultArchiveLimits, options.signal);
}
