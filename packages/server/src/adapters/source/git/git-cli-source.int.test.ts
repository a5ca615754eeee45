import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitServer, startGitServer } from '../../../../test/support/git-server.ts';
import {
  createTestGitSource,
  processesIn,
  refusal,
  type TestGitSource,
} from '../../../../test/support/test-git-source.ts';
import { defaultArchiveLimits } from '../archives.ts';
import type { FetchRequest, GitSource } from '../git-source.ts';

let git: TestGitSource;
let server: GitServer;
let source: GitSource;
const { signal } = new AbortController();

beforeEach(async () => {
  server = await startGitServer();
  git = await createTestGitSource();
  ({ source } = git);
});
afterEach(async () => {
  await server.stop();
  await git[Symbol.asyncDispose]();
});

const request = (name: string, more: Partial<FetchRequest> = {}): FetchRequest => ({
  serviceKey: 'svc_1',
  url: server.urlOf(name),
  reference: null,
  signal,
  ...more,
});
const exportOf = (commit: string, rootFolder = '') => git.export(commit, rootFolder);

describe('a fetch', () => {
  it('brings the default branch, and tells who wrote what when', async () => {
    const commit = await server.createRepository(
      'app',
      { 'a.txt': 'a' },
      { message: 'Erster Wurf: größer\n\nBody\n', author: 'Änne <a@example.org>' },
    );
    const fetched = await source.fetch(request('app'));
    expect(fetched).toMatchObject({
      commit,
      branch: 'main',
      message: 'Erster Wurf: größer\n\nBody',
      author: 'Änne',
      authorEmail: 'a@example.org',
    });
    expect(Date.now() - fetched.authoredAt.getTime()).toBeLessThan(3_600_000);
    expect(await exportOf(commit)).toEqual(['a.txt']);
  });

  it('brings a branch, a tag, a whole commit and a shortened one', async () => {
    const first = await server.createRepository('app', { 'a.txt': '1' });
    await server.git('app', 'tag', '-a', '-m', 'one', 'v1', first);
    const second = await server.commit('app', { 'a.txt': '2' });
    const third = await server.commit('app', { 'a.txt': '3' }, { branch: 'feature/x' });
    const fetch = async (reference: FetchRequest['reference']) => await source.fetch(request('app', { reference }));
    expect(await fetch({ branch: 'feature/x' })).toMatchObject({ commit: third, branch: 'feature/x' });
    expect(await fetch({ tag: 'v1' })).toMatchObject({ commit: first, branch: null });
    expect(await fetch({ commit: second })).toMatchObject({ commit: second, branch: null });
    expect(await fetch({ commit: first.slice(0, 9).toUpperCase() })).toMatchObject({ commit: first });
    expect(await fetch({ branch: 'main' })).toMatchObject({ commit: second });
    await exportOf(first);
    expect(await readFile(join(git.into, 'a.txt'), 'utf8')).toBe('1');
  });

  it('follows a branch that was pushed to, and one that was rewritten', async () => {
    const first = await server.createRepository('app', { 'a.txt': '1' });
    await source.fetch(request('app'));
    const second = await server.commit('app', { 'a.txt': '2' });
    expect((await source.fetch(request('app'))).commit).toBe(second);
    await server.git('app', 'update-ref', 'refs/heads/main', first);
    const rewritten = await server.commit('app', { 'a.txt': '3' });
    expect((await source.fetch(request('app'))).commit).toBe(rewritten);
    await exportOf(rewritten);
    expect(await readFile(join(git.into, 'a.txt'), 'utf8')).toBe('3');
  });

  it('brings no history', async () => {
    await server.createRepository('app', { 'a.txt': '1' });
    await server.commit('app', { 'a.txt': '2' });
    const head = await server.commit('app', { 'a.txt': '3' });
    await source.fetch(request('app'));
    expect((await readFile(join(git.copy, 'repo.git/shallow'), 'utf8')).trim()).toBe(head);
  });

  it('forgets the copy when the service is given another URL', async () => {
    const first = await server.createRepository('one', { 'a.txt': '1' });
    await server.createRepository('two', { 'b.txt': '2' });
    await source.fetch(request('one'));
    await source.fetch(request('two'));
    expect(await refusal(exportOf(first))).toMatchObject({ code: 'SOURCE_COMMIT_MISSING' });
  });

  it('tells the names that are there when a branch or a tag is not', async () => {
    await server.createRepository('app', { a: '1' });
    for (const branch of ['develop', 'feature/login', 'release-1', 'release-2', 'x', 'y'])
      await server.commit('app', { a: branch }, { branch });
    const error = await refusal(source.fetch(request('app', { reference: { branch: 'mian' } })));
    expect(error).toMatchObject({ code: 'SOURCE_REF_NOT_FOUND', transient: false });
    expect(error.details['available']).toHaveLength(5);
    expect((error.details['available'] as string[])[0]).toBe('main');
    const tag = await refusal(source.fetch(request('app', { reference: { tag: 'v1' } })));
    expect(tag.message).toContain('has no tag at all');
    const commit = await refusal(source.fetch(request('app', { reference: { commit: 'f'.repeat(40) } })));
    expect(commit).toMatchObject({ code: 'SOURCE_REF_NOT_FOUND', transient: false });
    expect(await refusal(source.fetch(request('app', { reference: { commit: 'fffffff' } })))).toMatchObject({
      code: 'SOURCE_REF_NOT_FOUND',
    });
  });

  it('says that a repository is empty, or not there', async () => {
    await server.createRepository('empty', {});
    expect(await refusal(source.fetch(request('empty')))).toMatchObject({ code: 'SOURCE_EMPTY' });
    expect(await refusal(source.fetch(request('nowhere')))).toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      transient: false,
    });
  });

  it('is tried again when the host is down', async () => {
    const url = server.urlOf('app');
    await server.stop();
    expect(await refusal(source.fetch(request('app', { url })))).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      transient: true,
    });
    server = await startGitServer({
      intercept: (_request, response) => {
        response.writeHead(503).end();
        return true;
      },
    });
    expect(await refusal(source.fetch(request('app')))).toMatchObject({ code: 'SOURCE_UNREACHABLE', transient: true });
    const unknown = request('app', { url: 'https://host.invalid/a.git' });
    expect(await refusal(source.fetch(unknown))).toMatchObject({ code: 'OUTBOUND_UNREACHABLE', transient: true });
  });

  it('reads a local repository where that is allowed', async () => {
    const commit = await server.createRepository('app', { a: '1' });
    for (const url of [server.pathOf('app'), `file://${server.pathOf('app')}`])
      expect(await source.fetch(request('app', { url }))).toMatchObject({ commit, branch: 'main' });
  });

  it('ends at once, with all that it started, when it is cancelled', async () => {
    const abort = new AbortController();
    const asked = Promise.withResolvers<void>();
    await server.stop();
    server = await startGitServer({
      intercept: () => {
        asked.resolve();
        return true;
      },
    });
    const fetching = refusal(source.fetch(request('app', { signal: abort.signal })));
    await asked.promise;
    abort.abort();
    expect(await fetching).toMatchObject({ code: 'SOURCE_FETCH_CANCELED' });
    expect(await processesIn(git.copy)).toEqual([]);
  });
});

describe('a repository that is too large', () => {
  it('is not fetched to its end', async () => {
    await server.stop();
    server = await startGitServer({ stallAfter: 2_000_000 });
    await server.createRepository('app', { big: randomBytes(3_000_000) });
    await using small = await createTestGitSource({ limits: { ...defaultArchiveLimits, bytes: 1_000_000 } });
    const error = await refusal(small.fetch(server.urlOf('app')));
    expect(error).toMatchObject({ code: 'SOURCE_TOO_LARGE', transient: false, details: { limit: 1_000_000 } });
    expect(await processesIn(small.copy)).toEqual([]);
  });
});

describe('what a killed fetch leaves', () => {
  it('is made anew: locks, and a copy that is damaged', async () => {
    await server.createRepository('app', { a: '1' });
    await source.fetch(request('app'));
    const repository = join(git.copy, 'repo.git');
    for (const path of ['shallow.lock', 'refs/davit/head.lock', 'config', 'refs/davit/head', 'HEAD']) {
      await writeFile(join(repository, path), 'torn');
      const commit = await server.commit('app', { a: path });
      expect((await source.fetch(request('app'))).commit, path).toBe(commit);
      expect(await exportOf(commit)).toEqual(['a']);
    }
    expect((await readdir(git.copy)).sort()).toEqual(['repo.git']);
  });

  it('is swept at start when it is a deploy key', async () => {
    const folder = git.copy;
    await mkdir(folder, { recursive: true });
    const alive = `deploy-key-${process.ppid}-a`;
    for (const name of [`deploy-key-${process.pid}-a`, 'deploy-key-999999999-a', alive])
      await writeFile(join(folder, name), 'key');
    await source.sweep();
    expect(await readdir(folder)).toEqual([alive]);
  });
});

describe('the copies', () => {
  it('tell which paths changed between two commits', async () => {
    const first = await server.createRepository('app', { 'a/x': '1', 'b/y': '1', 'ü z': '1' });
    await source.fetch(request('app'));
    const second = await server.commit('app', { 'a/x': '2', 'ü z': null });
    await source.fetch(request('app'));
    expect(await source.changedPaths('svc_1', first, second, signal)).toEqual(['a/x', 'ü z']);
    expect(await source.changedPaths('svc_1', 'c'.repeat(40), second, signal)).toEqual(['a/x', 'b/y']);
  });

  it('are tidied, and still good for the next fetch and export', async () => {
    await server.createRepository('app', { a: '0' });
    for (let turn = 0; turn < 12; turn++) {
      await server.commit('app', Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, `${turn} ${i}`])));
      await source.fetch(request('app'));
    }
    await source.tidy(signal);
    const objects = await readdir(join(git.copy, 'repo.git/objects'));
    expect(objects.filter((name) => /^[0-9a-f]{2}$/.test(name))).toEqual([]);
    const commit = await server.commit('app', { a: 'last' });
    await source.fetch(request('app'));
    expect(await exportOf(commit)).toHaveLength(61);
  });

  it('are forgotten with their service', async () => {
    await server.createRepository('app', { a: '0' });
    await source.fetch(request('app'));
    await source.remove('svc_1');
    await source.remove('svc_1');
    expect(await readdir(join(git.home, 'copies'))).toEqual([]);
  });

  it('of one service are fetched one after the other, of several at once', async () => {
    const commit = await server.createRepository('app', { a: '0' });
    const keys = ['svc_1', 'svc_1', 'svc_1', 'svc_2', 'svc_3'];
    const fetched = await Promise.all(keys.map((serviceKey) => source.fetch(request('app', { serviceKey }))));
    expect(fetched.map((one) => one.commit)).toEqual(keys.map(() => commit));
  });
});
