import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type GitServer, startGitServer } from '../../../../test/support/git-server.ts';
import { createTestGitSource, processesIn, refusal } from '../../../../test/support/test-git-source.ts';
import { waitUntil } from '../../../../test/support/wait-until.ts';
import { createSourceRoom } from '../source-room.ts';

// A disk that is short of room for a repository.

let server: GitServer;
afterEach(() => server.stop());

/** A source on a disk whose free bytes are set by hand. */
async function startOnDisk(megabytes: number) {
  const disk = { freeBytes: megabytes * 1024 ** 2, mostBytes: megabytes * 1024 ** 2 };
  const room = createSourceRoom({ wantedBytes: 4 * 1024 ** 2, measure: async () => ({ ...disk }) });
  return { disk, git: await createTestGitSource({ room }) };
}

it('a fetch that leaves too little of it is ended, leaves nothing, and waits until it is canceled', async () => {
  server = await startGitServer({ stallAfter: 2_000_000 });
  await server.createRepository('app', { big: randomBytes(3_000_000) });
  const { disk, git } = await startOnDisk(100);
  await using _git = git;
  const packs = join(git.copy, 'repo.git/objects/pack');
  const cancel = new AbortController();
  const fetching = refusal(git.fetch(server.urlOf('app'), { signal: cancel.signal }));
  await waitUntil('some has come in', async () => (await readdir(packs).catch(() => [])).length > 0);
  disk.freeBytes = 1024 ** 2;
  await waitUntil('it waits', () => git.output.includes('Waiting for disk space: 1 MB are free, 4 MB are wanted.'));
  expect(await readdir(packs)).toEqual([]);
  expect(await processesIn(git.copy)).toEqual([]);
  cancel.abort();
  expect(await fetching).toMatchObject({ name: 'AbortError' });
});

it('a commit is measured with all of its files where it is short, and is not exported when it never fits', async () => {
  server = await startGitServer();
  const files = { big: randomBytes(3 * 1024 ** 2), 'with space/größer': randomBytes(5000) };
  const commit = await server.createRepository('app', files);
  const { disk, git } = await startOnDisk(6);
  await using _git = git;
  await git.fetch(server.urlOf('app'));
  expect(await git.export(commit)).toHaveLength(3);
  disk.mostBytes = 5 * 1024 ** 2;
  expect(await refusal(git.export(commit))).toMatchObject({
    code: 'SOURCE_EXCEEDS_DISK',
    message: 'The source takes 3 MB, and the disk of the server has room for 3 MB at most.',
  });
});
