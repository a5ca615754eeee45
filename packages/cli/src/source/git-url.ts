import { wrongUsage } from '../command-line/cli-error.ts';

/** Which of a repository's commits; null is its default branch. */
export type GitReference = { branch: string } | { tag: string } | { commit: string } | null;

/** A repository as somebody typed it. What is allowed is for the server to judge. */
export interface GitSource {
  /** Without fragment and without a password. */
  url: string;
  reference: GitReference;
  /** What was typed into the address as user and password. */
  credential: { username: string | undefined; token: string } | undefined;
}

/**
 * Whether somebody means a repository and no folder: an address with a scheme, the short form of ssh (`git@host:path`), or a
 * remote helper of Git (`ext::…`), which the server refuses.
 */
export function isGitUrl(text: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[a-z][a-z0-9+.-]*::/i.test(text) || /^[^/:@\s]+@[^/:\s]+:/.test(text)
  );
}

function parseReference(fragment: string): GitReference {
  if (/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(fragment)) return { commit: fragment };
  if (fragment.startsWith('refs/tags/')) return { tag: fragment.slice('refs/tags/'.length) };
  return { branch: fragment.startsWith('refs/heads/') ? fragment.slice('refs/heads/'.length) : fragment };
}

/** Takes `url#branch`, `url#refs/tags/v1` or `url#<full commit>` apart. @throws CliError for an empty branch */
export function parseGitUrl(text: string): GitSource {
  const hash = text.indexOf('#');
  const address = hash === -1 ? text : text.slice(0, hash);
  const fragment = hash === -1 ? undefined : text.slice(hash + 1);
  if (fragment === '') throw wrongUsage(`There is no branch after the "#" of ${withoutPassword(address)}.`);
  return {
    url: withoutPassword(address),
    reference: fragment === undefined ? null : parseReference(fragment),
    credential: credentialIn(address),
  };
}

function credentialIn(address: string): GitSource['credential'] {
  const url = /^https?:/i.test(address) ? URL.parse(address) : null;
  if (url === null || (url.password === '' && url.username === '')) return undefined;
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  // A name alone is a token, as GitHub takes them.
  return password === '' ? { username: undefined, token: username } : { username, token: password };
}

function withoutPassword(address: string): string {
  return credentialIn(address) === undefined ? address : address.replace(/^(https?:\/\/)[^@/]*@/i, '$1');
}

/** Lower-case letters, digits and dashes, at most 40: what projects and services can be called. */
export function toResourceName(text: string): string {
  const name = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'app' : name;
}

/** The name of a repository: the last part of its address. */
export function nameOfRepository(url: string): string {
  const last = url.replace(/\/+$/, '').split(/[/:]/).at(-1) ?? '';
  return toResourceName(last.replace(/\.git$/i, ''));
}
