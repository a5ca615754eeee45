import { createHash } from 'node:crypto';
import { AppError } from '../../../kernel/app-error.ts';
import type { FetchedCommit, FetchRequest } from '../git-source.ts';
import { sourceErrors } from '../source-errors.ts';
import type { SourceNetwork } from '../source-network.ts';
import type { SourceReference } from '../source-reference.ts';
import type { SourceUrl } from '../source-url.ts';
import type { CommitParts } from './commit-parts.ts';
import { fetchReference } from './fetch-reference.ts';
import { type GitRemote, withRemote } from './git-remote.ts';
import { downloadLargeFiles } from './lfs-download.ts';
import { listLfsPointers } from './lfs-pointers.ts';
import { listSubmodules } from './submodules.ts';

export const mainRepository = 'repo.git';
const mostSubmodules = 100;
const mostDepth = 5;

/** A repository that is fetched: the service's own, or one of its submodules. */
interface Task {
  readonly url: SourceUrl;
  readonly reference: SourceReference;
  readonly repository: string;
  /** In the whole tree; empty for the service's own. */
  readonly path: string;
  readonly depth: number;
}

export interface FetchCommitOptions extends Omit<FetchRequest, 'serviceKey' | 'url' | 'reference'> {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly network: SourceNetwork;
  /** Judged. */
  readonly url: SourceUrl;
  readonly reference: SourceReference;
  /** Of a repository's packed files, and of its large files together. */
  readonly mostBytes: number;
}

function blame(path: string, thrown: unknown): unknown {
  if (path === '' || !(thrown instanceof AppError) || thrown.kind === 'canceled') return thrown;
  const { transient, details } = thrown;
  const message = `The submodule ${path} could not be fetched. ${thrown.message}`;
  return new AppError(thrown.code, thrown, { message, hint: thrown.hint, transient, details, cause: thrown });
}

function childrenOf(task: Task, found: Awaited<ReturnType<typeof listSubmodules>>): Task[] {
  if (found.length > 0 && task.depth === mostDepth)
    throw sourceErrors.SOURCE_TOO_LARGE({ message: `The submodules are nested more than ${mostDepth} deep.` });
  return found.map(({ path, url, commit }) => ({
    url,
    reference: { commit },
    repository: `modules/${createHash('sha256').update(url.url).digest('hex').slice(0, 32)}.git`,
    path: task.path === '' ? path : `${task.path}/${path}`,
    depth: task.depth + 1,
  }));
}

/** Fetches a commit and, where they are wanted, its submodules (theirs too) and its large files. */
export async function fetchCommit(
  options: FetchCommitOptions,
): Promise<{ fetched: FetchedCommit; parts: CommitParts | undefined }> {
  const { folder, submodules = false, lfs = false, onOutput = () => {}, ...shared } = options;
  const parts: Omit<CommitParts, 'commit'> = { submodules: [], largeFiles: [] };

  async function fetchLargeFiles(remote: GitRemote, task: Task, commit: string): Promise<void> {
    const pointers = await listLfsPointers(remote, commit);
    if (pointers.length > 0) await downloadLargeFiles(remote, pointers);
    const prefix = task.path === '' ? '' : `${task.path}/`;
    parts.largeFiles.push(...pointers.map(({ path, oid }) => ({ path: `${prefix}${path}`, oid })));
  }

  async function fetchOne(task: Task): Promise<{ fetched: FetchedCommit; children: Task[] }> {
    const { url, repository } = task;
    // The secret is for the repository's own host, whatever a submodule says.
    const secret = url.origin === options.url.origin ? options.secret : undefined;
    const remoteOptions = {
      ...shared,
      copy: { folder, repository },
      url,
      secret,
      knownHosts: options.knownHosts,
      onOutput,
    };
    try {
      return await withRemote(remoteOptions, async (remote) => {
        const fetched = await fetchReference(remote, task.reference);
        if (lfs) await fetchLargeFiles(remote, task, fetched.commit);
        const found = submodules ? await listSubmodules(remote, fetched.commit) : [];
        return { fetched, children: childrenOf(task, found) };
      });
    } catch (thrown) {
      throw blame(task.path, thrown);
    }
  }

  const own = { url: options.url, reference: options.reference, repository: mainRepository, path: '', depth: 0 };
  const { fetched, children } = await fetchOne(own);
  const waiting = children;
  for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
    if (parts.submodules.length === mostSubmodules)
      throw sourceErrors.SOURCE_TOO_LARGE({ message: `The repository has more than ${mostSubmodules} submodules.` });
    onOutput(`Fetching the submodule ${task.path}.`);
    const submodule = await fetchOne(task);
    parts.submodules.push({ path: task.path, repository: task.repository, commit: submodule.fetched.commit });
    waiting.push(...submodule.children);
  }
  const isEmpty = parts.submodules.length === 0 && parts.largeFiles.length === 0;
  return { fetched, parts: isEmpty ? undefined : { commit: fetched.commit, ...parts } };
}
