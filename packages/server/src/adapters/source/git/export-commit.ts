import { AppError } from '../../../kernel/app-error.ts';
import type { ArchiveLimits, ArchiveSummary, Archives } from '../archives.ts';
import { sourceErrors } from '../source-errors.ts';
import type { GitCopy } from './git-copy.ts';
import { gitSettings, localEnvironment } from './git-environment.ts';
import { type GitCommand, type GitExit, type GitProcess, runGit, startGit } from './git-process.ts';

export interface ExportOptions {
  readonly archives: Archives;
  readonly copy: GitCopy;
  /** PATH. */
  readonly environment: Readonly<Record<string, string>>;
  readonly commit: string;
  /** Judged; empty for the whole commit. */
  readonly rootFolder: string;
  readonly into: string;
  readonly limits: ArchiveLimits;
  readonly signal: AbortSignal;
}

function commandOf(options: ExportOptions, args: readonly string[]): GitCommand {
  const { copy, environment, signal } = options;
  return {
    args: [...gitSettings, ...args],
    cwd: copy.folder,
    environment: localEnvironment(environment, copy.repository),
    signal,
  };
}

async function explain(options: ExportOptions, exit: GitExit): Promise<AppError> {
  const { commit, rootFolder } = options;
  const cause = new Error(exit.stderr);
  const found = await runGit(commandOf(options, ['cat-file', '-e', `${commit}^{tree}`]));
  if (found.code !== 0 || rootFolder === '') return sourceErrors.SOURCE_COMMIT_MISSING({ cause });
  return sourceErrors.SOURCE_ROOT_FOLDER_MISSING({
    message: `The commit has no folder ${rootFolder}.`,
    fields: [{ pointer: '/source/rootFolder', detail: 'does not exist in the commit' }],
    cause,
  });
}

async function unpackFrom(git: GitProcess, options: ExportOptions): Promise<ArchiveSummary> {
  const { archives, into, limits, signal } = options;
  let failed: GitExit | undefined;
  const confirm = async () => {
    const exit = await git.exit;
    if (exit.code !== 0) failed = exit;
    if (failed !== undefined) throw sourceErrors.SOURCE_COMMIT_MISSING();
  };
  try {
    return await archives.unpack(git.stdout, into, { limits, signal, confirm });
  } catch (thrown) {
    // An archive that was cut off is what a Git that failed leaves: the reason is its own.
    if (thrown instanceof AppError && thrown.code === 'ARCHIVE_DAMAGED') await confirm().catch(() => {});
    throw failed === undefined ? thrown : await explain(options, failed);
  } finally {
    git.stop();
  }
}

/**
 * Writes the files of a commit into a folder. Git only packs them (`git archive`); names and links are judged by the
 * same unpacker as an upload's, so a hostile repository can write nowhere else.
 * @throws SOURCE_COMMIT_MISSING, SOURCE_ROOT_FOLDER_MISSING, and what unpacking throws
 */
export async function exportCommit(options: ExportOptions): Promise<ArchiveSummary> {
  const { commit, rootFolder } = options;
  // `commit:folder` names the tree itself: no link on the way to it is followed. It starts with a digit of the commit,
  // so it cannot be an option.
  const tree = rootFolder === '' ? commit : `${commit}:${rootFolder}`;
  return await unpackFrom(startGit(commandOf(options, ['archive', '--format=tar', tree])), options);
}
