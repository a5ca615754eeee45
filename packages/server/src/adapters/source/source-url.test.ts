import { describe, expect, it } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { parseRootFolder } from './root-folder.ts';
import { parseSourceReference } from './source-reference.ts';
import { parseSourceUrl } from './source-url.ts';

const strict = { allowInsecure: false };
const open = { allowInsecure: true };

function refusal(act: () => unknown): AppError {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error('was accepted');
}

describe('a Git URL', () => {
  it.each([
    ['https://GitHub.com/owner/repo.git', 'https', 'https://github.com/owner/repo.git', 'https://github.com'],
    ['https://git.example.org:8443/a/b', 'https', 'https://git.example.org:8443/a/b', 'https://git.example.org:8443'],
    ['HTTPS://[::1]:8443/a', 'https', 'https://[::1]:8443/a', 'https://[::1]:8443'],
    [
      'ssh://git@example.org:2222/~me/repo.git',
      'ssh',
      'ssh://git@example.org:2222/~me/repo.git',
      'ssh://example.org:2222',
    ],
    ['ssh://example.org/repo', 'ssh', 'ssh://example.org/repo', 'ssh://example.org'],
    ['git@github.com:owner/repo.git', 'ssh', 'git@github.com:owner/repo.git', 'ssh://github.com'],
    ['host:repo', 'ssh', 'host:repo', 'ssh://host'],
  ])('%s is taken', (text, transport, url, origin) => {
    expect(parseSourceUrl(text, strict)).toMatchObject({ transport, url, origin });
  });

  it.each(['http://127.0.0.1:3000/a.git', 'git://example.org/a.git', 'file:///srv/git/a.git', '/srv/git/a.git'])(
    '%s is taken only where insecure sources are allowed',
    (text) => {
      expect(refusal(() => parseSourceUrl(text, strict)).message).toContain('only allowed where the server setting');
      expect(['http', 'git', 'file']).toContain(parseSourceUrl(text, open).transport);
    },
  );

  it.each([
    ['', 'empty'],
    ['--upload-pack=x', '"-"'],
    ['-oProxyCommand=touch /tmp/x', 'spaces'],
    ['-oProxyCommand=id', '"-"'],
    ['ssh://-oProxyCommand=x/y', 'host name'],
    ['ssh://git@-oProxyCommand=x/y', 'host name'],
    ['ssh://-oProxyCommand=x@host/y', 'user name'],
    ['-oProxyCommand=x:y', '"-"'],
    ['git@-oProxyCommand=x:y', 'host name'],
    ['git@host:-oProxyCommand=x', 'starts with "-"'],
    ['ssh://host/-x', 'starts with "-"'],
    ['ext::sh -c id', 'spaces'],
    ['ext::id', 'remote helper'],
    ['fd::17/foo', 'remote helper'],
    ['::x', 'remote helper'],
    ['https::https://example.org/x', 'remote helper'],
    ['https://example.org/a\nb', 'line breaks'],
    ['https://example.org/a%0ab', 'encoded control'],
    ['https://example.org/a\u0000', 'control'],
    ['https://user:secret@example.org/a', 'set the token'],
    ['https://ghp_token@example.org/a', 'set the token'],
    ['ssh://git:secret@example.org/a', 'set the token'],
    ['https://example.org', 'name a repository'],
    ['https://example.org/', 'name a repository'],
    ['https:///a/b', 'host name'],
    ['https://example.org:0/a', 'port'],
    ['https://example.org:99999/a', 'port'],
    ['https://example.org:-1/a', 'port'],
    ['https://exa%6dple.org/a', 'host name'],
    ['https://a@b@c/d', 'set the token'],
    ['https://example.org/a#main', 'own field'],
    ['https://example.org/a?service=x', 'query'],
    ['ftp://example.org/a', 'protocol'],
    ['javascript://x/y', 'protocol'],
    ['./repo', 'local path'],
    ['../repo', 'local path'],
    ['repo', 'local path'],
    [`https://example.org/${'a'.repeat(2100)}`, 'at most'],
  ])('%j is refused, naming the field', (text, reason) => {
    const error = refusal(() => parseSourceUrl(text, strict));
    expect(error).toMatchObject({ code: 'SOURCE_URL_INVALID', kind: 'invalid_argument' });
    expect(error.fields[0]?.pointer).toBe('/source/url');
    expect(error.fields[0]?.detail).toContain(reason);
  });

  it('is never repeated in the refusal, since it may hold a password', () => {
    expect(refusal(() => parseSourceUrl('https://me:hunter2@example.org/a', strict)).message).not.toContain('hunter2');
  });

  it.each(['ext::sh', 'relative/path', './x', 'file://host/x'])(
    '%s is refused also where insecure ones are allowed',
    (text) => {
      expect(refusal(() => parseSourceUrl(text, open)).code).toBe('SOURCE_URL_INVALID');
    },
  );
});

describe('a ref', () => {
  it.each(['main', 'feature/a-b_c.d', 'dependabot/npm/@types/node-20', 'v1.0.0', 'größe', 'fix#12', 'a+b=c,d%'])(
    '%s can name a branch and a tag',
    (name) => {
      expect(parseSourceReference({ branch: name })).toEqual({ branch: name });
      expect(parseSourceReference({ tag: name })).toEqual({ tag: name });
    },
  );

  it.each([
    '',
    '--upload-pack=x',
    '-b',
    ';id',
    'a;id',
    '$(id)',
    '`id`',
    'a|b',
    'a b',
    'a\nb',
    'a\u0000b',
    'a..b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[',
    'a\\b',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.lock',
    'a.lock/b',
    'a.',
    '@',
    'HEAD',
    'a@{1}',
    'x'.repeat(245),
  ])('%j cannot', (name) => {
    for (const [ref, pointer] of [
      [{ branch: name }, '/source/reference/branch'],
      [{ tag: name }, '/source/reference/tag'],
    ] as const) {
      const error = refusal(() => parseSourceReference(ref));
      expect(error.code).toBe('SOURCE_REF_INVALID');
      expect(error.fields[0]?.pointer).toBe(pointer);
    }
  });

  it('may be the 7 to 64 hexadecimal digits of a commit', () => {
    expect(parseSourceReference({ commit: 'ABCDEF0' })).toEqual({ commit: 'abcdef0' });
    for (const commit of ['abcdef', 'g'.repeat(40), 'a'.repeat(65), '-abcdef0', 'abcdef0\n', 'HEAD~1'])
      expect(refusal(() => parseSourceReference({ commit })).fields[0]?.pointer).toBe('/source/reference/commit');
  });
});

describe('a root folder', () => {
  it.each([
    ['', ''],
    ['.', ''],
    ['apps/web', 'apps/web'],
    ['./apps//web/', 'apps/web'],
    ['a..b', 'a..b'],
  ])('%j means %j', (text, folder) => expect(parseRootFolder(text)).toBe(folder));

  it.each(['..', '../x', 'a/../b', 'a/..', '/etc', '/', 'a\\b', 'a\u0000b', 'a\nb', 'x'.repeat(1025)])(
    '%j is refused',
    (text) => {
      const error = refusal(() => parseRootFolder(text));
      expect(error.code).toBe('SOURCE_ROOT_FOLDER_INVALID');
      expect(error.fields[0]?.pointer).toBe('/settings/rootFolder');
    },
  );
});
