import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceErrors } from '../source-errors.ts';
import type { GitCopy } from './git-copy.ts';

const lookEveryMs = 500;

/** What is being received: Git gives it its name when it is whole. */
async function listReceived({ folder, repository }: GitCopy): Promise<string[]> {
  const packs = join(folder, repository, 'objects/pack');
  const names = await readdir(packs).catch(() => []);
  return names.filter((name) => name.startsWith('tmp_')).map((name) => join(packs, name));
}

async function receivedBytes(copy: GitCopy): Promise<number> {
  const sizes = (await listReceived(copy)).map((path) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** A Git that was ended leaves what it had received, and a disk that is full would stay so. */
async function removeReceived(copy: GitCopy): Promise<void> {
  for (const path of await listReceived(copy)) await rm(path, { force: true });
}

/**
 * Runs a fetch and ends it when more than `mostBytes` have come in: Git has no such limit for who fetches, and a host
 * could fill the disk. Nothing is left of one that did not come to its end.
 * @throws SOURCE_TOO_LARGE
 */
export async function withPackLimit<T>(
  copy: GitCopy,
  mostBytes: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const tooMuch = new AbortController();
  const timer = setInterval(() => {
    void receivedBytes(copy).then((bytes) => {
      if (bytes > mostBytes) tooMuch.abort();
    });
  }, lookEveryMs);
  try {
    return await work(AbortSignal.any([signal, tooMuch.signal]));
  } catch (thrown) {
    if (!tooMuch.signal.aborted || signal.aborted) throw thrown;
    throw sourceErrors.SOURCE_TOO_LARGE({ details: { limit: mostBytes }, cause: thrown });
  } finally {
    clearInterval(timer);
    await removeReceived(copy);
  }
}
