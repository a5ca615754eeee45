import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitServer, startGitServer } from '../../../../test/support/git-server.ts';
import { createLfsStore, type LfsStore } from '../../../../test/support/lfs-store.ts';
import { startSshGitServer } from '../../../../test/support/ssh-git-server.ts';
import { createTestGitSource, refusal, type TestGitSource } from '../../../../test/support/test-git-source.ts';
import type { SourceSecret } from '../git-source.ts';

const token = 'a-token';
const secret: SourceSecret = { kind: 'token', username: 'me', token };
const basic = `Basic ${Buffer.from(`me:${token}`).toString('base64')}`;
const submodule = (name: string, path: string, url: string) =>
  `[submodule "${name}"]\n\tpath = ${path}\n\turl = ${url}\n`;

let server: GitServer;
let store: LfsStore;
let git: TestGitSource;
beforeEach(async () => {
  store = createLfsStore(basic);
  server = await startGitServer({ token, intercept: (request, response) => store.answer(request, response) });
  git = await createTestGitSource();
});
afterEach(async () => {
  await server.stop();
  await git[Symbol.asyncDispose]();
});

const fetch = (name: string) => git.fetch(server.urlOf(name), { secret, submodules: true, lfs: true });
const read = (path: string) => readFile(join(git.into, path), 'utf8');

describe('submodules', () => {
  it('come with the commit they are pinned to, relative URLs and nested ones too', async () => {
    const deep = await server.createRepository('deep', { 'deep.txt': 'deep' });
    const lib = await server.createRepository('lib', {
      'lib.txt': 'pinned',
      nested: { submodule: deep },
      '.gitmodules': submodule('nested', 'nested', server.urlOf('deep')),
    });
    await server.commit('lib', { 'lib.txt': 'newer' });
    const commit = await server.createRepository('app', {
      'a.txt': 'a',
      'vendor/lib': { submodule: lib },
      '.gitmodules': submodule('x', 'vendor/lib', '../lib.git'),
    });
    await fetch('app');
    await git.export(commit);
    expect(await read('vendor/lib/lib.txt')).toBe('pinned');
    expect(await read('vendor/lib/nested/deep.txt')).toBe('deep');
    expect(await git.export(commit, 'vendor')).toContain('lib/nested/deep.txt');
    expect((await readdir(git.home)).sort()).toEqual(['copies', 'out']);
  });

  it('stay away when they are not asked for', async () => {
    const lib = await server.createRepository('lib', { a: '1' });
    const commit = await server.createRepository('app', {
      lib: { submodule: lib },
      '.gitmodules': submodule('x', 'lib', '../lib.git'),
    });
    await git.fetch(server.urlOf('app'), { secret });
    expect(await git.export(commit)).toEqual(['.gitmodules', 'lib']);
  });

  it('without a URL stay empty, which is said', async () => {
    const commit = await server.createRepository('app', { lib: { submodule: 'a'.repeat(40) } });
    await fetch('app');
    expect(await git.export(commit)).toEqual(['lib']);
    expect(git.output.join('\n')).toContain('The submodule lib has no URL');
  });

  it('on another host are never sent the token of the first one', async () => {
    const other = await startGitServer({ token: 'another' });
    try {
      const lib = await other.createRepository('lib', { a: '1' });
      await server.createRepository('app', {
        lib: { submodule: lib },
        '.gitmodules': submodule('x', 'lib', other.urlOf('lib')),
      });
      const error = await refusal(fetch('app'));
      expect(error).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
      expect(error.message).toContain('The submodule lib could not be fetched.');
      expect(other.requests).not.toEqual([]);
      expect(other.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
    } finally {
      await other.stop();
    }
  });

  it.each([
    'file:///etc',
    '/etc',
    'ext::sh -c id',
    '--upload-pack=x',
    'git://127.0.0.1/a',
    '../../../../etc',
    'https://a:b@example.org/x',
  ])('with the URL %s are refused', async (url) => {
    await server.createRepository('app', {
      lib: { submodule: 'a'.repeat(40) },
      '.gitmodules': submodule('x', 'lib', url),
    });
    const error = await refusal(fetch('app'));
    expect(error.message).toContain('The URL of the submodule lib is refused');
    expect(await readdir(git.copy)).toEqual(['repo.git']);
  });

  it('that contain themselves end with a refusal', async () => {
    const first = await server.createRepository('app', { a: '1' });
    // Each commit holds the one before it, as deep as one likes.
    let commit = first;
    for (let depth = 0; depth < 7; depth++)
      commit = await server.commit('app', {
        again: { submodule: commit },
        '.gitmodules': submodule('x', 'again', './../app.git'),
      });
    expect(await refusal(fetch('app'))).toMatchObject({ code: 'SOURCE_TOO_LARGE' });
  });

  it('cannot write through a link of the repository', async () => {
    const lib = await server.createRepository('lib', { evil: '1', link: { link: '../../etc' } });
    const commit = await server.createRepository('app', {
      lib: { submodule: lib },
      '.gitmodules': submodule('x', 'lib', '../lib.git'),
    });
    await fetch('app');
    expect(await refusal(git.export(commit))).toMatchObject({
      code: 'ARCHIVE_ENTRY_REFUSED',
      details: { entry: 'link' },
    });
    expect(await readdir(git.home)).toEqual(['copies']);
  });
});

describe('large files', () => {
  it('come in place of their pointers, with the mode that the repository gives them', async () => {
    const commit = await server.createRepository('app', {
      'media/film.bin': store.put('a film'),
      run: { content: store.put('#!/bin/sh\n'), executable: true },
      'same.bin': store.put('a film'),
      'about.md': `A pointer looks like this:\n${store.put('never asked for')}`,
    });
    await fetch('app');
    await git.export(commit);
    expect([await read('media/film.bin'), await read('run'), await read('same.bin')]).toEqual([
      'a film',
      '#!/bin/sh\n',
      'a film',
    ]);
    expect((await stat(join(git.into, 'run'))).mode & 0o777).toBe(0o755);
    expect(await read('about.md')).toContain('looks like this');
    expect(store.requests.map(({ line }) => line.split('/')[1]?.split('/')[0])).toEqual([
      'app.git',
      'lfs-content',
      'lfs-content',
    ]);
    expect(store.requests[0]?.authorization).toBe(basic);
    expect(store.requests.slice(1).every(({ authorization }) => authorization === 'RemoteAuth once')).toBe(true);
  });

  it('are downloaded once, and forgotten when no commit needs them', async () => {
    const film = store.put('a film');
    await server.createRepository('app', { film });
    await fetch('app');
    const second = await server.commit('app', { other: '2' });
    await fetch('app');
    expect(store.requests).toHaveLength(2);
    await git.source.tidy(new AbortController().signal);
    expect(await git.export(second)).toEqual(['film', 'other']);
    await server.commit('app', { film: null });
    await fetch('app');
    await git.source.tidy(new AbortController().signal);
    expect(await readdir(join(git.copy, 'lfs'))).toEqual([]);
  });

  it('stay pointers when they are not asked for', async () => {
    const pointer = store.put('a film');
    const commit = await server.createRepository('app', { film: pointer });
    await git.fetch(server.urlOf('app'), { secret });
    await git.export(commit);
    expect(await read('film')).toBe(pointer);
    expect(store.requests).toEqual([]);
  });

  it('that are not what their hash says are refused, and not kept', async () => {
    const pointer = store.put('a film');
    await server.createRepository('app', { film: pointer });
    for (const wrong of ['b film', 'a film that is longer', 'a']) {
      store.corrupt(wrong);
      expect((await refusal(fetch('app'))).message).toContain('the content of film is not what was asked for');
      expect(await readdir(join(git.copy, 'lfs'))).toEqual([]);
    }
  });

  it('that were never pushed are told', async () => {
    const pointer = createLfsStore().put('elsewhere');
    await server.createRepository('app', { film: pointer });
    expect((await refusal(fetch('app'))).message).toContain('Git LFS has no content for film (404)');
  });

  it('are found over ssh as well', async () => {
    const open = createLfsStore('RemoteAuth list');
    const files = await startGitServer({ intercept: (request, response) => open.answer(request, response) });
    const answer = JSON.stringify({ href: `${files.url}/x/info/lfs`, header: { authorization: 'RemoteAuth list' } });
    const ssh = await startSshGitServer({ 'git-lfs-authenticate': `test "$2" = download && echo '${answer}'` });
    try {
      const commit = await ssh.createRepository('app', { film: open.put('a film') });
      const key: SourceSecret = { kind: 'deploy-key', privateKey: ssh.deployKey };
      await git.fetch(ssh.urlOf('app'), { secret: key, lfs: true });
      await git.export(commit);
      expect(await read('film')).toBe('a film');
    } finally {
      await ssh.stop();
      await files.stop();
    }
  });
});
