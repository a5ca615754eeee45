import { expect, test } from 'vitest';
import { isGitUrl, nameOfRepository, parseGitUrl, toResourceName } from './git-url.ts';

test.each([
  'https://example.com/me/app.git',
  'ssh://git@example.com:2222/me/app.git',
  'git@example.com:me/app.git',
  'file:///srv/app.git',
  'HTTPS://EXAMPLE.COM/me/app',
  'ext::sh -c id',
])('%s is a repository', (text) => {
  expect(isGitUrl(text)).toBe(true);
});

test.each(['.', '..', 'examples/hello-node', '/srv/apps/shop', './a@b/c', 'C', 'my.app', 'app@2'])(
  '%s is a folder',
  (text) => {
    expect(isGitUrl(text)).toBe(false);
  },
);

test('what comes after # is a branch, a tag or a whole commit', () => {
  const commit = '3f'.repeat(20);
  const referenceOf = (text: string) => parseGitUrl(`https://example.com/a.git${text}`).reference;
  expect(referenceOf('')).toBeNull();
  expect(referenceOf('#main')).toEqual({ branch: 'main' });
  expect(referenceOf('#feature/a#b')).toEqual({ branch: 'feature/a#b' });
  expect(referenceOf('#refs/heads/next')).toEqual({ branch: 'next' });
  expect(referenceOf('#refs/tags/v1.2')).toEqual({ tag: 'v1.2' });
  expect(referenceOf(`#${commit}`)).toEqual({ commit });
  // Seven digits may be the name of a branch.
  expect(referenceOf('#3f3f3f3')).toEqual({ branch: '3f3f3f3' });
});

test('an empty branch is wrong usage', () => {
  expect(() => parseGitUrl('https://example.com/a.git#')).toThrow('no branch');
});

test('a branch that looks like an option is passed on as it is, for the server to refuse', () => {
  expect(parseGitUrl('https://example.com/a.git#--upload-pack=x').reference).toEqual({ branch: '--upload-pack=x' });
});

test('a secret in an address is taken out of it', () => {
  const source = parseGitUrl('https://me:s3%40cret@example.com/a.git#main');
  expect(source.url).toBe('https://example.com/a.git');
  expect(source.credential).toEqual({ username: 'me', token: 's3@cret' });
  expect(parseGitUrl('https://tok@example.com/a').credential).toEqual({ username: undefined, token: 'tok' });
  expect(parseGitUrl('ssh://git@example.com/a.git')).toMatchObject({
    url: 'ssh://git@example.com/a.git',
    credential: undefined,
  });
});

test('an empty branch is refused without repeating the secret', () => {
  expect(() => parseGitUrl('https://me:s3cret@example.com/a.git#')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('s3cret') as unknown }) as Error,
  );
});

test('repositories and folders give names that the server takes', () => {
  expect(nameOfRepository('https://example.com/me/My_App.git')).toBe('my-app');
  expect(nameOfRepository('git@example.com:shop.git/')).toBe('shop');
  expect(toResourceName('Übersicht (neu)')).toBe('u-bersicht-neu');
  expect(toResourceName('--')).toBe('app');
  expect(toResourceName(`${'a'.repeat(39)}-b`)).toBe('a'.repeat(39));
});
