import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../kernel/app-error.ts';
import { createKeyedLock } from '../../../kernel/keyed-lock.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { type ArchiveLimits, type Archives, defaultArchiveLimits } from '../archives.ts';
import type { ExportRequest, FetchedCommit, FetchRequest, GitSource } from '../git-source.ts';
import { parseRootFolder } from '../root-folder.ts';
import { diskFault, sourceErrors } from '../source-errors.ts';
import type { SourceNetwork } from '../source-network.ts';
import { parseSourceReference } from '../source-reference.ts';
import { anyRoom, type SourceRoom } from '../source-room.ts';
import { parseSourceUrl } from '../source-url.ts';
import { readCommitParts, writeCommitParts } from './commit-parts.ts';
import { sweepDeployKeys } from './deploy-key.ts';
import { exportCommit } from './export-commit.ts';
import { exportWithParts } from './export-parts.ts';
import { fetchCommit, mainRepository } from './fetch-commit.ts';
import { gitSettings, localEnvironment } from './git-environment.ts';
import { runGit } from './git-process.ts';
import { measureCommit, measureCopy } from './measure-copy.ts';
import { judgeSecret } from './source-secret.ts';
import { tidyCopy } from './tidy-copy.ts';

export interface GitSourceOptions {
  /** Judges and unpacks what Git packs. */
  readonly archives: Archives;
  /** Where the copies are kept. */
  readonly folder: string;
  /** Also plain http, the Git protocol and local paths. */
  readonly allowInsecure: boolean;
  readonly logger: Logger;
  /** PATH, and what the network here needs: HTTPS_PROXY, NO_PROXY, GIT_SSL_CAINFO. Git sees no other variable of this process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits?: ArchiveLimits | undefined;
  /** How Git hosts are reached, and which of them. */
  readonly network: SourceNetwork;
  /** What is kept free of the disks; without it they are filled. */
  readonly room?: SourceRoom | undefined;
}

function judgeKey(serviceKey: string): string {
  if (/^[A-Za-z0-9_-]{1,100}$/.test(serviceKey)) return serviceKey;
  throw AppError.from(new Error('a service key of an unexpected form'));
}

function judgeCommit(commit: string): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return commit;
  throw sourceErrors.SOURCE_REF_INVALID({ message: 'A commit to export is named by all of its digits.' });
}

/** {@link GitSource} by the `git` command: in a process group of its own, with argv arrays and an environment of our own. */
export function createGitSource(options: GitSourceOptions): GitSource {
  const { archives, folder, allowInsecure, environment, network, logger, room = anyRoom } = options;
  const lock = createKeyedLock();
  const limits = options.limits ?? defaultArchiveLimits;

  async function listKeys(): Promise<readonly string[]> {
    try {
      return await readdir(folder);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw thrown;
    }
  }

  async function fetch(request: FetchRequest): Promise<FetchedCommit> {
    const copy = join(folder, judgeKey(request.serviceKey));
    const url = parseSourceUrl(request.url, { allowInsecure });
    const reference = parseSourceReference(request.reference);
    judgeSecret(url, request.secret);
    return await lock(copy, async () => {
      await mkdir(copy, { recursive: true, mode: 0o700 });
      const { fetched, parts } = await fetchCommit({
        ...request,
        folder: copy,
        environment,
        network,
        url,
        reference,
        mostBytes: limits.bytes,
      });
      await writeCommitParts(copy, parts);
      return fetched;
    });
  }

  /** How much comes in is known when it is there. */
  async function fetchWithin(request: FetchRequest): Promise<FetchedCommit> {
    const copy = join(folder, judgeKey(request.serviceKey));
    const work = (signal: AbortSignal) => noteFullDisk(fetch({ ...request, signal }));
    return await room({ folder, written: () => measureCopy(copy), work }, request.onOutput, request.signal);
  }

  async function exportWithin(request: ExportRequest): Promise<void> {
    const copy = join(folder, judgeKey(request.serviceKey));
    const commit = judgeCommit(request.commit);
    const measure = (signal: AbortSignal) =>
      lock(copy, () => measureCommit({ folder: copy, environment, commit, signal }));
    const work = (signal: AbortSignal) => noteFullDisk(exportFiles({ ...request, signal }));
    await room({ folder: request.into, measure, work }, request.onOutput, request.signal);
  }

  async function exportFiles(request: ExportRequest): Promise<void> {
    const copyFolder = join(folder, judgeKey(request.serviceKey));
    const commit = judgeCommit(request.commit);
    const rootFolder = parseRootFolder(request.rootFolder ?? '');
    const { into, signal } = request;
    const copy = { folder: copyFolder, repository: mainRepository };
    await lock(copyFolder, async () => {
      const exported = { archives, copy, environment, commit, rootFolder, into, limits, signal };
      const parts = await readCommitParts(copyFolder);
      if (parts === undefined) await exportCommit(exported);
      else if (parts.commit === commit) await exportWithParts(exported, parts);
      else throw sourceErrors.SOURCE_COMMIT_MISSING();
    });
  }

  async function changedPaths(key: string, from: string, to: string, signal: AbortSignal): Promise<readonly string[]> {
    const copy = join(folder, judgeKey(key));
    const commits = [judgeCommit(from), judgeCommit(to)];
    const reading = localEnvironment(environment, mainRepository);
    const run = (args: readonly string[]) =>
      runGit({ args: [...gitSettings, ...args], cwd: copy, environment: reading, signal });
    return await lock(copy, async () => {
      const listing = ['--name-only', '-r', '-z'];
      let listed = await run(['diff-tree', ...listing, '--no-renames', ...commits]);
      if (listed.code !== 0) listed = await run(['ls-tree', ...listing, judgeCommit(to)]);
      if (listed.code !== 0) throw sourceErrors.SOURCE_COMMIT_MISSING({ cause: new Error(listed.stderr) });
      return listed.stdout.split('\0').filter((path) => path !== '');
    });
  }

  async function tidy(signal: AbortSignal): Promise<void> {
    for (const key of await listKeys()) {
      const copy = join(folder, key);
      for (const stderr of await lock(copy, () => tidyCopy(copy, environment, signal)))
        logger.warn({ copy: key, stderr }, 'a copy of a repository could not be tidied');
    }
  }

  /** A full disk where it happens to be noticed by us and not by Git. */
  async function noteFullDisk<T>(work: Promise<T>): Promise<T> {
    return await work.catch((thrown: unknown) => Promise.reject(diskFault(thrown)));
  }

  return {
    fetch: fetchWithin,
    export: exportWithin,
    changedPaths,
    tidy,
    async remove(serviceKey) {
      const copy = join(folder, judgeKey(serviceKey));
      await lock(copy, () => rm(copy, { recursive: true, force: true }));
    },
    async sweep() {
      for (const key of await listKeys()) await sweepDeployKeys(join(folder, key));
    },
  };
}
