import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitServer, startGitServer } from '../../../../test/support/git-server.ts';
import { createTestGitSource, refusal, type TestGitSource } from '../../../../test/support/test-git-source.ts';
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

describe('hostile input is refused with the field it came in, before any process or file:', () => {
  it.each<[string, Partial<FetchRequest>, string, string]>([
    [
      'an option as branch',
      { reference: { branch: '--upload-pack=x' } },
      'SOURCE_REF_INVALID',
      '/source/reference/branch',
    ],
    ['a command as branch', { reference: { branch: ';id' } }, 'SOURCE_REF_INVALID', '/source/reference/branch'],
    ['an option as tag', { reference: { tag: '-x' } }, 'SOURCE_REF_INVALID', '/source/reference/tag'],
    ['an option as commit', { reference: { commit: '--all' } }, 'SOURCE_REF_INVALID', '/source/reference/commit'],
    ['a helper that runs a command', { url: 'ext::sh -c id' }, 'SOURCE_URL_INVALID', '/source/url'],
    ['an option as URL', { url: '-oProxyCommand=id' }, 'SOURCE_URL_INVALID', '/source/url'],
    ['an option as host', { url: 'ssh://-oProxyCommand=x/y' }, 'SOURCE_URL_INVALID', '/source/url'],
    ['a line break', { url: 'https://example.org/a\nb' }, 'SOURCE_URL_INVALID', '/source/url'],
    ['a local path', { url: 'file:///etc' }, 'SOURCE_URL_INVALID', '/source/url'],
    ['a password in the URL', { url: 'https://a:b@example.org/a' }, 'SOURCE_URL_INVALID', '/source/url'],
    [
      'a token with a line break',
      { url: 'https://example.org/a', secret: { kind: 'token', token: 'a\nb' } },
      'SOURCE_SECRET_INVALID',
      '/sourceCredential/token',
    ],
    [
      'a user name with a quote',
      { url: 'https://example.org/a', secret: { kind: 'token', username: "a'b", token: 'x' } },
      'SOURCE_SECRET_INVALID',
      '/sourceCredential/username',
    ],
    [
      'a deploy key for https',
      { url: 'https://example.org/a', secret: { kind: 'deploy-key', privateKey: 'x' } },
      'SOURCE_SECRET_INVALID',
      '/sourceCredential/kind',
    ],
    [
      'a deploy key that is none',
      { url: 'git@example.org:a', secret: { kind: 'deploy-key', privateKey: 'x' } },
      'SOURCE_SECRET_INVALID',
      '/sourceCredential/privateKey',
    ],
  ])('%s', async (_name, more, code, pointer) => {
    // Any process would fail to start, so a refusal for the right reason shows that none was.
    await using strict = await createTestGitSource({ allowInsecure: false, path: '/nonexistent' });
    const error = await refusal(strict.fetch('https://example.org/a', more));
    expect(error).toMatchObject({ code, kind: 'invalid_argument' });
    expect(error.fields[0]?.pointer).toBe(pointer);
    expect(await readdir(strict.home)).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it.each(['../x', '/etc', 'a/../../b', 'a\\b'])('the root folder %s', async (rootFolder) => {
    const error = await refusal(exportOf('a'.repeat(40), rootFolder));
    expect(error).toMatchObject({ code: 'SOURCE_ROOT_FOLDER_INVALID' });
    expect(await readdir(git.home)).toEqual([]);
  });
});

describe('an export', () => {
  it('has the files of a root folder only', async () => {
    const commit = await server.createRepository('app', {
      'apps/web/index.js': 'x',
      'apps/web/lib/a.js': 'y',
      'other.js': 'z',
    });
    await source.fetch(request('app'));
    expect(await exportOf(commit, './apps/web/')).toEqual(['index.js', 'lib', 'lib/a.js']);
  });

  it('replaces what an earlier try left', async () => {
    const commit = await server.createRepository('app', { a: '1' });
    await mkdir(git.into);
    await writeFile(join(git.into, 'half'), 'made');
    await source.fetch(request('app'));
    expect(await exportOf(commit)).toEqual(['a']);
  });

  it('takes every file as it is, whatever .gitattributes says', async () => {
    const files = {
      '.gitattributes': 'secret.txt export-ignore\n*.subst export-subst\n* filter=evil\n',
      'secret.txt': 'kept',
      'a.subst': '$Format:%H$',
      'run.sh': { content: '#!/bin/sh\n', executable: true as const },
    };
    const commit = await server.createRepository('app', files);
    await source.fetch(request('app'));
    expect(await exportOf(commit)).toEqual(['.gitattributes', 'a.subst', 'run.sh', 'secret.txt']);
    expect(await readFile(join(git.into, 'a.subst'), 'utf8')).toBe('$Format:%H$');
  });

  it('leaves the folder of a submodule empty', async () => {
    const commit = await server.createRepository('app', { a: '1', 'vendor/lib': { submodule: 'a'.repeat(40) } });
    await source.fetch(request('app'));
    expect(await exportOf(commit)).toEqual(['a', 'vendor', 'vendor/lib']);
  });

  it.each([
    ['a link to /etc', { app: { link: '/etc' } }, 'app', 'absolute path'],
    ['a link above the folder', { 'a/b': { link: '../../x' } }, 'a/b', 'leaves the folder'],
  ])('is refused for %s, and nothing of it is kept', async (_name, files, entry, reason) => {
    const commit = await server.createRepository('app', files);
    await source.fetch(request('app'));
    const error = await refusal(exportOf(commit));
    expect(error).toMatchObject({ code: 'ARCHIVE_ENTRY_REFUSED', details: { entry } });
    expect(error.message).toContain(reason);
    expect(await readdir(git.home)).toEqual(['copies']);
  });

  it('never follows a link that stands for the root folder', async () => {
    const commit = await server.createRepository('app', { web: { link: '/etc' }, real: { link: 'web' }, file: 'x' });
    await source.fetch(request('app'));
    for (const rootFolder of ['web', 'real', 'web/ssl', 'file', 'nowhere'])
      expect(await refusal(exportOf(commit, rootFolder))).toMatchObject({ code: 'SOURCE_ROOT_FOLDER_MISSING' });
    expect(await readdir(git.home)).toEqual(['copies']);
  });

  it('says that a commit was never fetched', async () => {
    await server.createRepository('app', { a: '1' });
    await source.fetch(request('app'));
    expect(await refusal(exportOf('b'.repeat(40)))).toMatchObject({ code: 'SOURCE_COMMIT_MISSING', transient: true });
  });
});
