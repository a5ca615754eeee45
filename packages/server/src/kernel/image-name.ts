import { DOCKER_HUB, isDockerHub } from './docker-hub.ts';

/** An image without its tag and digest. */
export const repositoryOf = (image: string): string => image.replace(/@.*$/s, '').replace(/:[^/:]*$/, '');

/** What stands behind the name: `:tag`, `@sha256:…`, both or nothing. */
export const versionOf = (image: string): string => image.slice(repositoryOf(image).length);

/** The name by which an engine is asked for: without tag and digest it would bring all tags. */
export const withVersion = (image: string): string => (versionOf(image) === '' ? `${image}:latest` : image);

/** Whether the first part of a name is a host: as engines tell it from a user of Docker Hub (https://github.com/distribution/reference). */
export const isRegistryHost = (part: string): boolean => /[.:]|^localhost$|[A-Z]/.test(part);

/** The registry that an image comes from, as its name writes it; `docker.io` where it names none. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = repositoryOf(image).split('/');
  return rest.length > 0 && isRegistryHost(first) ? first : DOCKER_HUB;
}

/** A registry by the one name that it is known under. */
export const canonicalHost = (host: string) => (isDockerHub(host) ? DOCKER_HUB : host.toLowerCase());

/** Host and path as an engine completes them, without tag and digest. */
export function canonicalRepository(image: string): { host: string; path: string } {
  const [first = '', ...rest] = repositoryOf(image).split('/');
  const hasHost = rest.length > 0 && isRegistryHost(first);
  const host = canonicalHost(registryOf(image));
  const parts = hasHost ? rest : [first, ...rest];
  const path = host === DOCKER_HUB && parts.length === 1 ? ['library', ...parts] : parts;
  return { host, path: path.join('/').toLowerCase() };
}

/** The same for all names of one repository. */
export function repositoryKey(image: string): string {
  const { host, path } = canonicalRepository(image);
  return `${host}/${path}`;
}
