import { nearestNames } from '../../../kernel/nearest-names.ts';
import type { FetchedCommit } from '../git-source.ts';
import { sourceErrors } from '../source-errors.ts';
import type { SourceReference } from '../source-reference.ts';
import { ensureCopy, remakeCopy } from './git-copy.ts';
import { gitFailure, isDamagedCopy } from './git-failure.ts';
import type { GitExit } from './git-process.ts';
import type { GitRemote } from './git-remote.ts';
import { withPackLimit } from './pack-limit.ts';

const headRef = 'refs/davit/head';
const wholeDepth = '2147483647';
const longestMessage = 10_000;

function refspecOf(reference: SourceReference): string {
  if (reference === null) return 'HEAD';
  if ('branch' in reference) return `refs/heads/${reference.branch}`;
  return 'tag' in reference ? `refs/tags/${reference.tag}` : reference.commit;
}

function isWholeHash(commit: string): boolean {
  return commit.length === 40 || commit.length === 64;
}

async function askForRefs(remote: GitRemote, depth: string, refspecs: readonly string[]): Promise<GitExit> {
  // Objects are not checked (fsckObjects): nothing of them is checked out by Git, the unpacker judges every name, and
  // many sound old repositories do not pass.
  const options = ['--quiet', '--depth', depth, '--no-tags', '--force', '--update-shallow', '--no-write-fetch-head'];
  const args = ['fetch', ...options, '--no-auto-maintenance', '--', remote.url.url, ...refspecs];
  return await withPackLimit(remote.copy, remote.mostBytes, remote.signal, (until) => remote.ask(args, until));
}

/** Fetches; a copy that a killed Git left locked or damaged is made anew, and the fetch is tried once more. */
async function fetchRefs(remote: GitRemote, depth: string, refspecs: readonly string[]): Promise<GitExit> {
  await ensureCopy(remote.copy, remote.url.url);
  const exit = await askForRefs(remote, depth, refspecs);
  if (exit.code === 0) return exit;
  const otherFormat = /mismatched algorithms: .*(sha1|sha256)$/m.exec(exit.stderr)?.[1];
  if (otherFormat !== undefined) {
    await remakeCopy(remote.copy, remote.url.url, otherFormat === 'sha256' ? 'sha256' : 'sha1');
    return await askForRefs(remote, depth, refspecs);
  }
  if (!isDamagedCopy(exit.stderr)) return exit;
  remote.onOutput('The copy of the repository is locked or damaged and is made anew.');
  await remakeCopy(remote.copy, remote.url.url, 'sha1');
  return await askForRefs(remote, depth, refspecs);
}

async function refuseName(remote: GitRemote, kind: 'branch' | 'tag', name: string): Promise<never> {
  const listed = await remote.ask([
    'ls-remote',
    '--refs',
    kind === 'branch' ? '--heads' : '--tags',
    '--',
    remote.url.url,
  ]);
  const names = [...listed.stdout.matchAll(/\trefs\/(?:heads|tags)\/(.+)$/gm)].map((match) => match[1] ?? '');
  const available = nearestNames(name, names);
  const has = available.length === 0 ? `It has no ${kind} at all.` : `It has ${available.join(', ')}.`;
  throw sourceErrors.SOURCE_REF_NOT_FOUND({
    message: `The repository has no ${kind} ${name}. ${has}`,
    fields: [{ pointer: `/source/reference/${kind}`, detail: 'does not exist in the repository' }],
    details: { available },
  });
}

function refuseCommit(commit: string): never {
  throw sourceErrors.SOURCE_REF_NOT_FOUND({
    message: `The repository has no commit ${commit}.`,
    fields: [{ pointer: '/source/reference/commit', detail: 'does not exist in the repository' }],
  });
}

/** A shortened commit, or one that an old host does not hand out by itself: all of the history is needed to find it. */
async function fetchHistory(remote: GitRemote, commit: string): Promise<string> {
  remote.onOutput(`Looking for ${commit} in the whole history: all 40 digits would be faster.`);
  const refspecs = ['+refs/heads/*:refs/davit/heads/*', '+refs/tags/*:refs/davit/tags/*'];
  const exit = await fetchRefs(remote, wholeDepth, refspecs);
  if (exit.code !== 0) throw gitFailure(exit.stderr, remote.url);
  const found = await remote.local(['rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`]);
  return found.code === 0 ? found.stdout.trim() : refuseCommit(commit);
}

async function findDefaultBranch(remote: GitRemote): Promise<string | null> {
  const { stdout } = await remote.ask(['ls-remote', '--symref', '--', remote.url.url, 'HEAD']);
  return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout)?.[1] ?? null;
}

async function describeCommit(remote: GitRemote, name: string, branch: string | null): Promise<FetchedCommit> {
  const format = '--format=%H%x00%an%x00%ae%x00%aI%x00%B';
  const log = await remote.local(['log', '-1', '--no-mailmap', '--encoding=UTF-8', format, name, '--']);
  if (log.code !== 0) throw gitFailure(log.stderr, remote.url);
  const [commit = '', author = '', authorEmail = '', authoredAt = '', message = ''] = log.stdout.split('\0');
  return {
    commit,
    author,
    authorEmail,
    authoredAt: new Date(authoredAt),
    message: message.trim().slice(0, longestMessage),
    branch,
  };
}

async function refuse(remote: GitRemote, reference: SourceReference, stderr: string): Promise<never> {
  const failure = gitFailure(stderr, remote.url);
  if (failure.code !== 'SOURCE_REF_NOT_FOUND') throw failure;
  if (reference === null) throw sourceErrors.SOURCE_EMPTY();
  if ('branch' in reference) return await refuseName(remote, 'branch', reference.branch);
  if ('tag' in reference) return await refuseName(remote, 'tag', reference.tag);
  return refuseCommit(reference.commit);
}

/** Fetches and, for the default branch, asks for its name: both at once, since a round to the host is what costs. */
async function fetchWithBranch(remote: GitRemote, reference: SourceReference) {
  const fetching = fetchRefs(remote, '1', [`+${refspecOf(reference)}:${headRef}`]);
  const naming = reference === null ? findDefaultBranch(remote) : Promise.resolve(null);
  // Neither may still be running when the other's failure is told: it would hold the copy and the key.
  await Promise.allSettled([fetching, naming]);
  return { exit: await fetching, head: await naming };
}

/** Brings the commit that `reference` names into the copy, without its history, and tells about it. */
export async function fetchReference(remote: GitRemote, reference: SourceReference): Promise<FetchedCommit> {
  if (reference !== null && 'commit' in reference && !isWholeHash(reference.commit))
    return await describeCommit(remote, await fetchHistory(remote, reference.commit), null);
  await ensureCopy(remote.copy, remote.url.url);
  const { exit, head } = await fetchWithBranch(remote, reference);
  if (exit.code === 0) {
    const branch = reference !== null && 'branch' in reference ? reference.branch : head;
    return await describeCommit(remote, headRef, branch);
  }
  if (reference !== null && 'commit' in reference && /unadvertised object/.test(exit.stderr))
    return await describeCommit(remote, await fetchHistory(remote, reference.commit), null);
  return await refuse(remote, reference, exit.stderr);
}
