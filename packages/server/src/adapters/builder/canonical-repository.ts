import { DOCKER_HUB, isDockerHub } from '../../kernel/docker-hub.ts';

/** An image without its tag and digest. */
export const repositoryOf = (image: string): string => image.replace(/@.*$/s, '').replace(/:[^/:]*$/, '');

/** What stands behind the name: `:tag`, `@sha256:…`, both or nothing. */
export const versionOf = (image: string): string => image.slice(repositoryOf(image).length);

/** A registry by the one name that it is known under. */
export const canonicalHost = (host: string) => (isDockerHub(host) ? DOCKER_HUB : host.toLowerCase());

/** Host and path as an engine completes them (https://github.com/distribution/reference), without tag and digest. */
export function canonicalRepository(image: string): { host: string; path: string } {
  const [first = '', ...rest] = repositoryOf(image).split('/');
  const hasHost = rest.length > 0 && /[.:]|^localhost$|[A-Z]/.test(first);
  const host = hasHost ? canonicalHost(first) : DOCKER_HUB;
  const parts = hasHost ? rest : [first, ...rest];
  const path = host === DOCKER_HUB && parts.length === 1 ? ['library', ...parts] : parts;
  return { host, path: path.join('/').toLowerCase() };
}

/** The same for all names of one repository. */
export function repositoryKey(image: string): string {
  const { host, path } = canonicalRepository(image);
  return `${host}/${path}`;
}
