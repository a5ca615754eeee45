import { constants } from 'node:fs';
import { chmod, copyFile, lstat, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ArchiveSummary } from '../archives.ts';
import { sourceErrors } from '../source-errors.ts';
import type { CommitParts } from './commit-parts.ts';
import { type ExportOptions, exportCommit } from './export-commit.ts';
import { lfsFolder } from './lfs-download.ts';

function below(rootFolder: string, path: string): string | undefined {
  if (rootFolder === '') return path;
  return path.startsWith(`${rootFolder}/`) ? path.slice(rootFolder.length + 1) : undefined;
}

/** Where a part goes. The unpacker judged the tree already; this is what would notice should it have been fooled. */
async function placeOf(folder: string, path: string): Promise<string> {
  const place = join(folder, path);
  const parent = join(await realpath(folder), dirname(path));
  if ((await realpath(dirname(place))) !== parent || (await lstat(place)).isSymbolicLink())
    throw sourceErrors.ARCHIVE_ENTRY_REFUSED({ message: `The entry ${JSON.stringify(path)} lies behind a link.` });
  return place;
}

async function placeLargeFile(content: string, place: string): Promise<void> {
  const { mode } = await lstat(place);
  await rm(place);
  // A copy, not a hard link: a build that writes to its source must not change the copy of the next one.
  await copyFile(content, place, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await chmod(place, mode & 0o777);
}

/**
 * As {@link exportCommit}, with submodules and large files in their places: put together beside `into`, which is renamed
 * when it is whole.
 */
export async function exportWithParts(options: ExportOptions, parts: CommitParts): Promise<void> {
  const { copy, rootFolder, into } = options;
  const whole = join(dirname(into), `.${basename(into)}.parts.unpacking`);
  let { bytes, entries } = options.limits;

  async function add(more: Pick<ExportOptions, 'copy' | 'commit' | 'rootFolder' | 'into'>): Promise<void> {
    const summary: ArchiveSummary = await exportCommit({
      ...options,
      ...more,
      limits: { ...options.limits, bytes, entries },
    });
    bytes -= summary.bytes;
    entries -= summary.files;
  }

  try {
    await add({ copy, commit: options.commit, rootFolder, into: whole });
    for (const { path, repository, commit } of parts.submodules) {
      const relative = below(rootFolder, path);
      if (relative === undefined) continue;
      await add({ copy: { ...copy, repository }, commit, rootFolder: '', into: await placeOf(whole, relative) });
    }
    for (const { path, oid } of parts.largeFiles) {
      const relative = below(rootFolder, path);
      if (relative !== undefined)
        await placeLargeFile(join(lfsFolder(copy.folder), oid), await placeOf(whole, relative));
    }
    await rm(into, { recursive: true, force: true });
    await rename(whole, into);
  } catch (thrown) {
    await rm(whole, { recursive: true, force: true });
    throw thrown;
  }
}
